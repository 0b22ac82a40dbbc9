// The sound of this browser: one audio graph, every note that sounds in it, and silence at once.

import { strike } from "./synth.js";

const MOST = 48; // notes at a time; the oldest gives way
const PATIENCE = 2000; // ms after a hand has asked for sound until there seems to be none here
const DRIFT = 2e-6; // seconds a look: how fast the two clocks may part

export class Sound {
  constructor(Context = globalThis.AudioContext) {
    this.Context = Context;
    this.context = null;
    this.on = false; // whether this browser shall sound
    this.mute = false; // whether it was asked to and could not: there is no sound card
    this.voices = new Set();
    this.ahead = null; // seconds of the audio clock less those of performance.now()
    this.struck = 0;
    this.changes = [];
  }

  onChange(listener) {
    this.changes.push(listener);
  }

  // Whether notes are heard now; before a hand has touched the page, browsers forbid it.
  get awake() {
    return this.on && this.context?.state === "running";
  }

  turn(on) {
    this.on = on;
    if (on) this.wake();
    else this.hush();
    this.tell();
  }

  // Begin to sound, from within what a hand does; done when it does, may not or cannot.
  async wake() {
    if (!this.on || !this.Context) return;
    this.context ?? this.build();
    if (this.context.state === "running") return;
    const allowed = navigator.userActivation?.isActive ?? false;
    const waited = new Promise((done) => setTimeout(done, PATIENCE));
    await Promise.race([this.context.resume().catch(() => {}), waited]);
    this.mute = allowed && !this.awake;
    this.tell();
  }

  build() {
    const context = new this.Context({ latencyHint: "interactive" });
    const out = context.createDynamicsCompressor();
    const master = context.createGain();
    out.threshold.value = -14;
    out.ratio.value = 5;
    master.gain.value = 0.8;
    this.analyser = context.createAnalyser();
    master.connect(out).connect(this.analyser).connect(context.destination);
    context.onstatechange = () => this.tell();
    this.context = context;
    this.master = master;
  }

  tell() {
    for (const listener of this.changes) listener();
  }

  // The audio clock's second of a moment of performance.now(). The audio clock is read in steps:
  // the line through the tops of the steps is steady.
  secondOf(ms) {
    const now = performance.now() / 1000;
    const seen = this.context.currentTime - now;
    this.ahead = this.ahead === null || Math.abs(seen - this.ahead) > 0.25
      ? seen
      : Math.max(this.ahead - DRIFT, seen);
    return ms / 1000 + this.ahead;
  }

  // Begin a note at a second of the audio clock; null while there is no sound.
  strike(voice, pitch, velocity, second = 0) {
    if (!this.awake) return null;
    if (this.voices.size >= MOST) this.steal();
    const at = Math.max(second, this.context.currentTime);
    const note = strike(this.context, this.master, voice, pitch, velocity, at);
    note.onended = () => this.voices.delete(note);
    this.voices.add(note);
    this.struck += 1;
    return note;
  }

  steal() {
    const [oldest] = this.voices;
    oldest.kill(this.context.currentTime);
    this.voices.delete(oldest);
  }

  // End all that sounds or waits in the audio graph.
  hush() {
    for (const note of this.voices) note.kill(this.context.currentTime);
  }

  // The loudest sample of the last hundredth of a second, 0 to 1.
  level() {
    if (!this.analyser) return 0;
    const samples = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(samples);
    return samples.reduce((top, sample) => Math.max(top, Math.abs(sample)), 0);
  }
}
