// Turning and zooming a camera by mouse, finger and wheel.

import { HOME_ORBIT } from "./camera.js";
import { clamp } from "../shared/numbers.js";

/**
 * @typedef {import("./camera.js").Orbit} Orbit
 *
 * @typedef {object} Turned what is turned
 * @property {() => Orbit | null} orbit
 * @property {(orbit: Orbit) => void} turn
 * @property {(event: PointerEvent) => void} hover
 * @property {() => void} leave
 */

/** Listens on a node. */
export class OrbitPointer {
  /**
   * @param {HTMLElement} node
   * @param {Turned} turned
   */
  constructor(node, turned) {
    this.node = node;
    this.turned = turned;
    /** @type {Map<number, number[]>} where each pointer was last */
    this.pointers = new Map();
    this.pressed = false;
    Object.assign(node.style, { touchAction: "pan-y", cursor: "grab" });
    node.addEventListener("pointerdown", (event) => this.press(event));
    node.addEventListener("pointermove", (event) => this.move(event));
    for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) {
      node.addEventListener(type, (event) => this.release(event));
    }
    node.addEventListener("pointerleave", () => this.leave());
    node.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    node.addEventListener("dblclick", () => turned.turn({ ...HOME_ORBIT }));
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (!this.turned.orbit() || event.button > 0) return;
    this.pressed = true;
    this.node.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.node.style.cursor = "grabbing";
    if (event.pointerType === "touch") this.turned.hover(event);
  }

  /**
   * One pointer turns, two zoom as well; one finger turns only sideways, so that the page can be scrolled.
   * @param {PointerEvent} event
   */
  move(event) {
    const before = this.pointers.get(event.pointerId), orbit = this.turned.orbit();
    if (!before || !orbit) {
      this.turned.hover(event);
      return;
    }
    const here = [event.clientX, event.clientY];
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, here);
    const [dx, dy] = [here[0] - before[0], here[1] - before[1]];
    const grown = other ? gap(here, other) / gap(before, other) : 1;
    const share = 1 / this.pointers.size, tilt = event.pointerType === "touch" && !other ? 0 : dy;
    this.turned.turn({
      azimuth: orbit.azimuth - share * dx * 0.008,
      elevation: clamp(orbit.elevation + share * tilt * 0.008, 0.06, 1.55),
      zoom: clamp(orbit.zoom * grown, 0.6, 5),
    });
  }

  /** @param {PointerEvent} event */
  release(event) {
    this.pointers.delete(event.pointerId);
    if (!this.pointers.size) this.node.style.cursor = "grab";
  }

  leave() {
    if (this.pointers.size) return;
    this.pressed = false;
    this.turned.leave();
  }

  /**
   * The wheel zooms only after a press on the panel or with ctrl (a trackpad's pinch): else the page scrolls.
   * @param {WheelEvent} event
   */
  wheel(event) {
    const orbit = this.turned.orbit();
    if (!orbit || !(this.pressed || event.ctrlKey)) return;
    event.preventDefault();
    const step = event.deltaY * (event.deltaMode ? 16 : 1), pinch = event.ctrlKey && Math.abs(step) < 40;
    this.turned.turn({ ...orbit, zoom: clamp(orbit.zoom * Math.exp(-step * (pinch ? 0.01 : 0.0015)), 0.6, 5) });
  }
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
const gap = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) || 1;
