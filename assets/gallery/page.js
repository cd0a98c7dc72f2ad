// What the gallery shares with Python: a page as it is packed, actions and filters by their numbers and names.

const NONE = -1, KEEP = -2, DELETE = -3; // as in core/exhibits/top_losses/cleaning.py; from 0 on an action is a breed
const ANY = -1; // of a filter
const SHOWN = { all: "all", contradicted: "contradicted by the head", marked: "marked so far" };
const ORDERS = { high: "highest loss first", low: "lowest loss first" };

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node[name] = value;
    else if (value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** A packed page: its header and its pictures' files. */
function unpack(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const array = ({ offset, shape }, size) => bytes.subarray(offset, offset + shape[0] * size);
  const { pictures, pictures_ends: ends } = header.arrays;
  const all = array(pictures, 1);
  const at = new Int32Array(array(ends, 4).slice().buffer);
  return { key: header.key, ...header.gallery, files: Array.from(at, (end, i) => all.slice(i ? at[i - 1] : 0, end)) };
}

const short = (p) => (p >= 0.0995 ? p.toFixed(2) : p >= 0.001 ? p.toFixed(3) : p.toExponential(0));
