// Lines along which a grid of heights crosses a level.

/**
 * @typedef {{ nx: number, ny: number, t: ArrayLike<number> }} Grid heights, row by row; NaN is a hole
 * @typedef {number[][]} Line points [column, row], in units of the grid
 */

/**
 * Lines where a grid crosses a level: marching squares, chained.
 * @param {Grid} grid
 * @param {number} level
 * @returns {Line[]}
 */
export function marchingSquares(grid, level) {
  const { nx, ny, t } = grid;
  const crossings = new Crossings(grid, level);
  for (let j = 0; j < ny - 1; j++) {
    for (let i = 0; i < nx - 1; i++) {
      const at = j * nx + i, a = t[at], b = t[at + 1], c = t[at + nx + 1], d = t[at + nx], sum = a + b + c + d;
      const code = Number(a > level) + 2 * Number(b > level) + 4 * Number(c > level) + 8 * Number(d > level);
      if (code === 0 || code === 15 || Number.isNaN(sum)) continue;
      const edges = [];
      if ((a > level) !== (b > level)) edges.push(crossings.across(i, j));
      if ((b > level) !== (c > level)) edges.push(crossings.down(i + 1, j));
      if ((c > level) !== (d > level)) edges.push(crossings.across(i, j + 1));
      if ((d > level) !== (a > level)) edges.push(crossings.down(i, j));
      const saddle = edges.length === 4, acrossJoined = (sum > 4 * level) === (a > level);
      crossings.link(edges[0], edges[saddle && !acrossJoined ? 3 : 1]);
      if (saddle) crossings.link(edges[2], edges[acrossJoined ? 3 : 1]);
    }
  }
  return crossings.chained();
}

/** The edges of a grid that a level crosses, by number: where it does, and which crossings belong together. */
class Crossings {
  /**
   * @param {Grid} grid
   * @param {number} level
   */
  constructor({ nx, t }, level) {
    this.nx = nx;
    this.t = t;
    this.level = level;
    /** @type {Map<number, number[]>} */
    this.links = new Map();
    /** @type {Map<number, number[]>} */
    this.places = new Map();
  }

  /**
   * The crossing on the edge from a grid point to the next one of its row.
   * @param {number} i
   * @param {number} j
   */
  across(i, j) {
    const from = j * this.nx + i;
    if (!this.places.has(2 * from)) this.places.set(2 * from, [i + this.share(from, from + 1), j]);
    return 2 * from;
  }

  /**
   * The crossing on the edge from a grid point to the next one of its column.
   * @param {number} i
   * @param {number} j
   */
  down(i, j) {
    const from = j * this.nx + i;
    if (!this.places.has(2 * from + 1)) this.places.set(2 * from + 1, [i, j + this.share(from, from + this.nx)]);
    return 2 * from + 1;
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  share(from, to) {
    return (this.level - this.t[from]) / (this.t[to] - this.t[from]);
  }

  /**
   * @param {number} one
   * @param {number} other
   */
  link(one, other) {
    this.linksOf(one).push(other);
    this.linksOf(other).push(one);
  }

  /** @param {number} key */
  linksOf(key) {
    let known = this.links.get(key);
    if (!known) this.links.set(key, (known = []));
    return known;
  }

  /** The links followed from crossing to crossing: open lines first, then rings. */
  chained() {
    /** @type {Line[]} */
    const lines = [];
    for (const [key, ends] of this.links) if (ends.length === 1) this.follow(key, lines);
    for (const key of this.links.keys()) this.follow(key, lines);
    return lines;
  }

  /**
   * Follow what is left of the links from a crossing, and take them away.
   * @param {number} start
   * @param {Line[]} lines
   */
  follow(start, lines) {
    const line = [this.placeOf(start)];
    let at = start;
    for (let next = this.linksOf(at).pop(); next !== undefined; next = this.linksOf(at).pop()) {
      const back = this.linksOf(next);
      back.splice(back.indexOf(at), 1);
      line.push(this.placeOf(next));
      at = next;
    }
    if (line.length > 1) lines.push(line);
  }

  /** @param {number} key */
  placeOf(key) {
    return /** @type {number[]} */ (this.places.get(key));
  }
}

/**
 * Lines along the edges of flat cells whose heights lie on two sides of a level, in units of cells.
 * @param {Grid} grid
 * @param {number} level
 * @returns {Line[]}
 */
export function stepLines({ nx, ny, t }, level) {
  const apart = (/** @type {number} */ a, /** @type {number} */ b) =>
    (a > level && b <= level) || (b > level && a <= level);
  const lines = [];
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const here = t[j * nx + i];
      if (i + 1 < nx && apart(here, t[j * nx + i + 1])) lines.push([[i + 1, j], [i + 1, j + 1]]);
      if (j + 1 < ny && apart(here, t[(j + 1) * nx + i])) lines.push([[i, j + 1], [i + 1, j + 1]]);
    }
  }
  return lines;
}
