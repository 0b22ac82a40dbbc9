// The keyboard on the screen: for fingers, for the mouse, and for the arrow keys.

import { make } from "./dom.js";
import { isBlack, noteName } from "./paint.js";

const WHITE = 40; // pixels a white key should have at least
const FIRST = 48; // C3
const LOWEST = 12;
const HIGHEST = 96;
const WHITES = [0, 2, 4, 5, 7, 9, 11];

export class Keyboard {
  constructor(place, hands) {
    this.place = place;
    this.hands = hands;
    this.first = FIRST; // its lowest key, a C
    this.keys = new Map(); // pitch -> element
    this.fingers = new Map(); // pointer -> pitch, or null while it is beside the keys
    this.down = new Map(); // pitch -> how many hold it
    this.letters = new Map(); // semitones above home -> what the computer keyboard calls it
    this.octaves = 0;
    this.answered = ""; // what the answer played when it was last looked at
    hands.onKey((pitch, down) => this.light(pitch, down));
    place.addEventListener("pointerdown", (event) => this.touch(event));
    place.addEventListener("pointermove", (event) => this.slide(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      place.addEventListener(end, (event) => this.leave(event.pointerId));
    }
    place.addEventListener("keydown", (event) => this.step(event));
    place.addEventListener("keyup", (event) => this.loosen(event));
    place.addEventListener("contextmenu", (event) => event.preventDefault());
    new ResizeObserver(() => this.fit()).observe(place);
  }

  // The key that the first letter of the computer keyboard plays.
  get home() {
    return this.first + (this.octaves > 2 ? 12 : 0);
  }

  label(letters) {
    this.letters = letters;
    this.draw();
  }

  fit() {
    const octaves = Math.min(Math.max(Math.floor(this.place.clientWidth / (WHITE * 7)), 1), 4);
    if (octaves === this.octaves) return;
    this.octaves = octaves;
    this.draw();
  }

  shift(octaves) {
    const first = this.first + 12 * octaves;
    if (first < LOWEST || first > HIGHEST) return;
    this.hands.leave();
    this.first = first;
    this.draw();
  }

  draw() {
    this.keys.clear();
    const count = this.octaves * 12 + 1;
    const whites = this.octaves * 7 + 1;
    const keys = Array.from({ length: count }, (_, n) => this.key(this.first + n, whites));
    this.place.replaceChildren(...keys);
    for (const pitch of this.down.keys()) this.keys.get(pitch)?.classList.add("down");
  }

  key(pitch, whites) {
    const black = isBlack(pitch);
    const above = pitch - this.first;
    const inside = above % 12;
    const before = Math.floor(above / 12) * 7 + WHITES.filter((white) => white < inside).length;
    const key = make(
      "button",
      {
        type: "button", class: black ? "key black" : "key", "data-pitch": pitch,
        "data-letter": this.letters.get(pitch - this.home) ?? "",
        "aria-label": noteName(pitch), tabindex: above ? -1 : 0,
      },
      make("span", { class: "name" }, inside ? "" : noteName(pitch)),
    );
    const width = 100 / whites;
    key.style.left = `${black ? before * width - width * 0.3 : before * width}%`;
    key.style.width = `${black ? width * 0.6 : width}%`;
    this.keys.set(pitch, key);
    return key;
  }

  light(pitch, down) {
    const count = Math.max((this.down.get(pitch) ?? 0) + (down ? 1 : -1), 0);
    if (count) this.down.set(pitch, count);
    else this.down.delete(pitch);
    this.keys.get(pitch)?.classList.toggle("down", count > 0);
  }

  // Light the keys that the answer plays now.
  answer(pitches) {
    const now = `${this.first} ${this.octaves} ${[...pitches]}`;
    if (now === this.answered) return;
    this.answered = now;
    for (const [pitch, key] of this.keys) key.classList.toggle("answer", pitches.has(pitch));
  }

  pitchAt(event) {
    const key = document.elementFromPoint(event.clientX, event.clientY)?.closest(".key");
    return key && this.place.contains(key) ? Number(key.dataset.pitch) : null;
  }

  // The farther down a key is touched, the louder it is.
  touch(event) {
    const pitch = this.pitchAt(event);
    if (pitch === null || event.button > 0) return;
    event.preventDefault();
    this.place.setPointerCapture(event.pointerId);
    this.press(event, pitch);
  }

  press(event, pitch) {
    const box = this.keys.get(pitch).getBoundingClientRect();
    const depth = Math.min(Math.max((event.clientY - box.top) / box.height, 0), 1);
    this.fingers.set(event.pointerId, pitch);
    this.hands.press(pitch, Math.round(50 + 65 * depth));
  }

  slide(event) {
    if (!this.fingers.has(event.pointerId)) return;
    const pitch = this.pitchAt(event);
    if (pitch === this.fingers.get(event.pointerId)) return;
    this.leave(event.pointerId);
    if (pitch === null) this.fingers.set(event.pointerId, null);
    else this.press(event, pitch);
  }

  leave(pointer) {
    const pitch = this.fingers.get(pointer) ?? null;
    this.fingers.delete(pointer);
    if (pitch !== null) this.hands.lift(pitch);
  }

  // Arrow keys walk along the keyboard, Enter and the space bar press a key.
  step(event) {
    const pitch = Number(event.target.dataset?.pitch);
    if (Number.isNaN(pitch)) return;
    const way = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 12, ArrowDown: -12 }[event.key];
    if (way && this.keys.has(pitch + way)) {
      event.preventDefault();
      event.target.tabIndex = -1;
      const next = this.keys.get(pitch + way);
      next.tabIndex = 0;
      next.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (!event.repeat) this.hands.press(pitch);
    }
  }

  loosen(event) {
    const pitch = Number(event.target.dataset?.pitch);
    if (!Number.isNaN(pitch) && (event.key === "Enter" || event.key === " ")) this.hands.lift(pitch);
  }
}
