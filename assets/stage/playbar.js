// The controls of a replay: buttons, the slider of time, the pace, and the time in words.

import { change, el, fill, say } from "../shared/dom.js";
import { ICONS, iconButton } from "./iconbutton.js";

/**
 * @typedef {object} PlayActions
 * @property {(frame: number) => void} seek
 * @property {(by: number) => void} step
 * @property {() => void} toggle
 */

const SPEEDS = [0.25, 0.5, 1, 2, 4];

export class PlayBar {
  /** @param {PlayActions} actions */
  constructor({ seek, step, toggle }) {
    this.playButton = iconButton("play", "Play (space)", toggle);
    this.scrub = el("input", { type: "range", min: 0, value: 0, step: 1, "aria-label": "Time" });
    this.scrub.oninput = () => seek(Number(this.scrub.value));
    this.label = el("output", { class: "time" });
    const speeds = SPEEDS.map((s) => el("option", { value: s, selected: s === 1 ? "" : null }, `${s}×`));
    this.pick = el("select", { "aria-label": "Speed", title: "Speed" }, ...speeds);
    this.root = el("div", { class: "bar" },
      iconButton("rewind", "Back to the start (Home)", () => seek(0)),
      iconButton("back", "One step back (left arrow)", () => step(-1)),
      this.playButton,
      iconButton("forward", "One step forward (right arrow)", () => step(1)),
      this.scrub, this.pick, this.label);
  }

  get speed() {
    return Number(this.pick.value);
  }

  /** @param {number} frames how many there are; a single one needs no controls */
  setFrames(frames) {
    this.root.hidden = frames < 2;
    this.scrub.max = String(frames - 1);
  }

  /**
   * @param {number} frame
   * @param {string} label
   */
  show(frame, label) {
    this.scrub.value = String(frame);
    change(this.scrub, { "aria-valuetext": label });
    say(this.label, label);
  }

  /** @param {boolean} playing */
  showPlaying(playing) {
    const label = playing ? "Pause (space)" : "Play (space)";
    this.playButton.querySelector("path")?.setAttribute("d", ICONS[playing ? "pause" : "play"]);
    fill(this.playButton, { "aria-label": label, title: label });
  }
}
