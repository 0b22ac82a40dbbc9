// Gives the notes of the answer to the sound shortly before their beats, and takes them back.

import { ANSWER } from "./notes.js";
import { DRUM_CHANNEL } from "./timbres.js";

const LOOKAHEAD = 140; // ms before its beat that a note is given to the audio clock
const EVERY = 25; // ms between two looks
const FARTHEST = 0.1; // seconds: loudspeakers that are farther off are not waited for
const TOO_LATE = 120; // ms: what is later is left out

export class Conductor {
  // `voice` returns the name of the answering voice.
  constructor(notes, clock, sound, voice) {
    this.notes = notes;
    this.clock = clock;
    this.sound = sound;
    this.voice = voice;
    this.waiting = new Set();
    this.given = new Map(); // note -> its handle
    notes.on("begun", (note) => note.who === ANSWER && this.waiting.add(note));
    notes.on("gone", (note) => this.forget(note));
    notes.on("cut", (note) => this.end(note));
    setInterval(() => this.look(), EVERY);
  }

  look() {
    const { clock, sound } = this;
    if (!clock.playing || clock.offset === null || !this.waiting.size) return;
    const now = clock.now();
    for (const note of this.waiting) {
      const due = clock.moment(note.beat);
      if (due > now + LOOKAHEAD) continue;
      this.waiting.delete(note);
      if (due > now - TOO_LATE && sound.awake && !document.hidden) this.begin(note, due);
    }
  }

  begin(note, due) {
    const { sound, clock } = this;
    const early = Math.min(sound.context.outputLatency || 0, FARTHEST);
    const voice = note.channel === DRUM_CHANNEL ? "drums" : this.voice();
    const handle = sound.strike(voice, note.pitch, note.velocity, sound.secondOf(due) - early);
    if (!handle) return;
    this.given.set(note, handle);
    const done = handle.onended;
    handle.onended = () => {
      this.given.delete(note);
      done();
    };
    handle.release(sound.secondOf(clock.moment(note.beat + note.length)) - early);
  }

  end(note) {
    const handle = this.given.get(note);
    const { sound, clock } = this;
    if (!handle) return;
    const end = sound.secondOf(clock.moment(note.beat + note.length));
    handle.release(Math.max(end, sound.context.currentTime));
  }

  forget(note) {
    this.waiting.delete(note);
    this.given.get(note)?.kill(this.sound.context.currentTime);
  }

  // Leave nothing waiting.
  hush() {
    this.waiting.clear();
  }
}
