// What Streamlit's components show, each below an element of its own.

/**
 * Streamlit calls a component's function at its mount and at every change, and what that gives back to take it away.
 * Where a change comes while the first call still waits for its code, it takes the first away after the second has
 * been shown: only the last one counts.
 * @template {{ destroy(): void }} T
 */
export class Mounts {
  constructor() {
    /** @type {WeakMap<HTMLElement, { shown: T, calls: number }>} */
    this.known = new WeakMap();
  }

  /**
   * Make what stands below `parent`, if nothing does, and change it; gives a function that takes it away.
   * @param {HTMLElement} parent
   * @param {(mount: HTMLElement) => T} make
   * @param {(shown: T) => void} change
   * @returns {() => void}
   */
  show(parent, make, change) {
    const known = this.known.get(parent);
    const entry = known ?? { shown: make(/** @type {HTMLElement} */ (parent.querySelector(".mount"))), calls: 0 };
    this.known.set(parent, entry);
    change(entry.shown);
    const call = ++entry.calls;
    return () => {
      if (call !== entry.calls) return;
      entry.shown.destroy();
      this.known.delete(parent);
    };
  }
}
