// The piano roll: what was played, what answers and what is planned, moving past the playhead.

import { ANSWER } from "./notes.js";
import { channelColour, isBlack, noteName, palette } from "./paint.js";

const PAST = 0.62; // share of the width left of the playhead
const LEAST = 22; // semitones shown at least
const MARGIN = 3; // semitones around the notes
const EASE = 0.08; // share of the way the view moves to its pitches in a frame
const RADIUS = 3;
const HEAD = 30; // pixels at the top that are the bar numbers
const CROWD = 160; // notes on the screen from which on they are drawn as plain boxes

export class Roll {
  constructor(canvas, notes, clock) {
    this.canvas = canvas;
    this.notes = notes;
    this.clock = clock;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.beats = 16; // across the width
    this.low = 48;
    this.high = 79;
    this.colours = palette();
    this.frames = 0; // that were drawn
    this.seen = 0; // notes in the last of them
    this.lit = []; // boxes of notes that sound
    this.shown = ""; // what the last drawing showed, to leave out one that shows the same
    new ResizeObserver(() => this.fit()).observe(canvas);
    this.fit();
  }

  // Take the size of the canvas on the screen, in the screen's own dots.
  fit() {
    const { clientWidth, clientHeight } = this.canvas;
    const dots = Math.min(devicePixelRatio || 1, 2);
    this.width = clientWidth;
    this.height = clientHeight;
    this.canvas.width = Math.round(clientWidth * dots);
    this.canvas.height = Math.round(clientHeight * dots);
    this.pen.setTransform(dots, 0, 0, dots, 0, 0);
    this.beats = clientWidth < 600 ? 10 : 16;
    this.type = parseFloat(getComputedStyle(this.canvas).fontSize) * 0.8; // pixels, as the page's
    this.shown = "";
  }

  recolour() {
    this.colours = palette();
    this.shown = "";
  }

  draw() {
    const now = this.clock.beat();
    const moving = this.aim(now);
    const view = `${this.notes.version} ${now} ${this.clock.barBeats} ${this.clock.line.away}`;
    if (view === this.shown && !moving) return;
    this.shown = view;
    this.frames += 1;
    this.scale = this.width / this.beats;
    this.first = now - this.beats * PAST;
    this.row = this.height / (this.high - this.low + 1);
    this.drawRows();
    this.drawBars();
    this.drawNotes(now);
    this.drawNames();
    this.drawHead();
  }

  // Move the view towards the pitches there are; tell whether it moved.
  aim(now) {
    let low = 127;
    let high = 0;
    for (const note of this.notes.all) {
      if (note.beat + (note.length ?? 0) < now - this.beats) continue;
      low = Math.min(low, note.pitch);
      high = Math.max(high, note.pitch);
    }
    if (low > high) [low, high] = [54, 72];
    const spare = Math.max(LEAST - (high - low), 2 * MARGIN) / 2;
    const [to, from] = [Math.max(low - spare, 0), Math.min(high + spare, 127)];
    const far = Math.abs(to - this.low) + Math.abs(from - this.high);
    if (far < 0.05) return false;
    this.low += (to - this.low) * EASE;
    this.high += (from - this.high) * EASE;
    return true;
  }

  x(beat) {
    return (beat - this.first) * this.scale;
  }

  y(pitch) {
    return (this.high - pitch) * this.row;
  }

  drawRows() {
    const { pen, colours, width } = this;
    pen.fillStyle = colours.ground;
    pen.fillRect(0, 0, width, this.height);
    pen.fillStyle = colours.black;
    for (let pitch = Math.floor(this.low); pitch <= this.high + 1; pitch += 1) {
      if (isBlack(pitch)) pen.fillRect(0, this.y(pitch), width, this.row);
    }
    pen.fillStyle = colours.beat;
    for (let pitch = Math.ceil(this.low / 12) * 12; pitch <= this.high; pitch += 12) {
      pen.fillRect(0, this.y(pitch) + this.row, width, 1);
    }
  }

  // The names of the Cs stand above lines and notes, each in a halo of the ground.
  drawNames() {
    const { pen, colours } = this;
    pen.font = `600 ${Math.max(Math.min(this.row * 1.1, this.type), 10)}px ${colours.font}`;
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = 4;
    pen.strokeStyle = colours.ground;
    pen.fillStyle = colours.faint;
    for (let pitch = Math.ceil(this.low / 12) * 12; pitch <= this.high; pitch += 12) {
      const middle = this.y(pitch) + this.row / 2;
      if (middle < HEAD || middle > this.height - HEAD / 4) continue;
      pen.strokeText(noteName(pitch), 8, middle);
      pen.fillText(noteName(pitch), 8, middle);
    }
  }

  drawBars() {
    const { pen, colours, clock } = this;
    const step = clock.beatUnit;
    const last = this.first + this.beats;
    pen.font = `600 ${this.type}px ${colours.font}`;
    pen.textBaseline = "top";
    for (let n = Math.ceil(this.first / step); n * step < last; n += 1) {
      const beat = n * step;
      const bar = Math.abs(beat / clock.barBeats - Math.round(beat / clock.barBeats)) < 1e-6;
      pen.fillStyle = bar ? colours.bar : colours.beat;
      pen.fillRect(Math.round(this.x(beat)), 0, 1, this.height);
      const number = clock.place(beat).bar;
      if (!bar || number < 1) continue;
      pen.fillStyle = colours.faint;
      pen.fillText(String(number), this.x(beat) + 6, 8);
    }
  }

  // Nothing is made anew for each note: sixty times a second there is no time to tidy up after it.
  drawNotes(now) {
    const { pen, first, beats, row, scale, colours } = this;
    const last = first + beats;
    const thick = Math.max(row - 1.5, 3);
    // Corners are rounded where there were few enough notes to see them.
    this.radius = this.seen > CROWD ? 0 : Math.min(RADIUS, thick / 2);
    this.seen = 0;
    this.lit.length = 0;
    for (const note of this.notes.all) {
      const end = note.length === null ? now : note.beat + note.length;
      if (note.beat >= last || end <= first) continue;
      this.seen += 1;
      const begun = note.who !== ANSWER || note.beat <= now;
      const left = (note.beat - first) * scale;
      const wide = Math.max((end - note.beat) * scale - 1, 3);
      const top = this.y(note.pitch) + (row - thick) / 2;
      pen.globalAlpha = begun ? 0.62 + (0.38 * note.velocity) / 127 : 0.42;
      pen.fillStyle = channelColour(colours, note);
      this.fill(left, top, wide, thick);
      if (begun && note.beat <= now && end >= now) this.lit.push([left, top, wide, thick]);
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = colours.rim;
    pen.lineWidth = 1.5;
    for (const box of this.lit) this.rim(box);
  }

  fill(left, top, wide, thick) {
    const { pen } = this;
    if (!this.radius) {
      pen.fillRect(left, top, wide, thick);
      return;
    }
    pen.beginPath();
    pen.roundRect(left, top, wide, thick, this.radius);
    pen.fill();
  }

  // A note that sounds has a bright rim.
  rim(box) {
    this.pen.beginPath();
    this.pen.roundRect(...box, this.radius);
    this.pen.stroke();
  }

  drawHead() {
    const { pen, colours, width, height } = this;
    const x = Math.round(width * PAST);
    pen.fillStyle = colours.plan;
    pen.fillRect(x, 0, width - x, height);
    pen.fillStyle = colours.head;
    pen.fillRect(x - 1, 0, 2, height);
    pen.beginPath();
    pen.moveTo(x - 7, 0);
    pen.lineTo(x + 7, 0);
    pen.lineTo(x, 9);
    pen.fill();
  }
}
