// What the loupe shows: two pictures cut by a divider, side by side, or one alone, each with its name.

/** Paints one view of the loupe. */
export class LoupePainter {
  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {import("./loupeview.js").LoupeView} view
   * @param {number[] | null} at the pixel that is outlined
   * @param {Record<string, string>} colors
   */
  constructor(pen, view, at, colors) {
    this.pen = pen;
    this.view = view;
    this.at = at;
    this.colors = colors;
  }

  /** @param {number} ratio pixels of the canvas a CSS pixel */
  clear(ratio) {
    const { pen, view } = this;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = this.colors.panel;
    pen.fillRect(0, 0, view.room[0], view.room[1]);
    pen.imageSmoothingEnabled = view.scale * ratio < 1;
  }

  /**
   * @param {CanvasImageSource[]} images
   * @param {string[]} names
   * @param {number} split
   */
  slider(images, names, split) {
    const { view } = this;
    const [from, to] = view.edges();
    const cut = view.cut(split);
    this.put(images[0], 0, cut);
    this.put(images[1], cut, view.room[0]);
    this.name(names[0], from + 6, "left");
    this.name(names[1], to - 6, "right");
  }

  /**
   * @param {CanvasImageSource[]} images
   * @param {string[]} names
   */
  both(images, names) {
    const { view } = this;
    const [from] = view.edges();
    this.put(images[0], 0, view.pane);
    this.put(images[1], view.second, view.room[0], view.second);
    this.name(names[0], from + 6, "left");
    this.name(names[1], view.second + from + 6, "left");
  }

  /**
   * @param {CanvasImageSource} image
   * @param {string} name
   */
  one(image, name) {
    this.put(image, 0, this.view.room[0]);
    this.name(name, this.view.edges()[0] + 6, "left");
  }

  /**
   * Paint a picture, and the outline of the pixel that is read out, on a part of the canvas.
   * @param {CanvasImageSource} image
   * @param {number} from
   * @param {number} to
   * @param {number} [shift] where its pane begins
   */
  put(image, from, to, shift = 0) {
    const { pen, view, at } = this;
    const [left, top] = view.place();
    const [w, h] = view.size;
    const s = view.scale;
    pen.save();
    pen.beginPath();
    pen.rect(from, 0, to - from, view.room[1]);
    pen.clip();
    pen.drawImage(image, left + shift, top, w * s, h * s);
    if (at && s >= 3) this.outline(left + shift + at[0] * s, top + at[1] * s, s);
    pen.restore();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} side
   */
  outline(x, y, side) {
    const { pen, colors: { background, activations } } = this;
    for (const { colour, thick } of [{ colour: background, thick: 3 }, { colour: activations, thick: 1.5 }]) {
      pen.strokeStyle = colour;
      pen.lineWidth = thick;
      pen.strokeRect(x, y, side, side);
    }
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {"left" | "right"} align
   */
  name(text, x, align) {
    const { pen, colors } = this;
    pen.font = "600 11.5px sans-serif";
    const wide = pen.measureText(text).width + 10;
    const left = align === "right" ? x - wide : x;
    pen.fillStyle = colors.background;
    pen.globalAlpha = 0.85;
    pen.fillRect(left, 6, wide, 20);
    pen.globalAlpha = 1;
    pen.fillStyle = colors.text;
    pen.fillText(text, left + 5, 20);
  }
}
