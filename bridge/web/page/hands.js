// The player's keys: those of this page go to Antiphon and sound at once, all others as they come.

import { DRUM_CHANNEL } from "./timbres.js";

const OURS = 32; // echoes of our own keys that may be on their way
const PEDAL = 64; // the controller of the sustain pedal
const PATIENCE = 400; // ms the first key waits for the sound to wake
const TAP = 0.15; // seconds of a first key that was let go before it sounded

export class Hands {
  // `voice` returns the name of the player's voice.
  constructor(wire, sound, voice) {
    this.wire = wire;
    this.sound = sound;
    this.voice = voice;
    this.down = new Map(); // channel and pitch -> handle, or null where it is silent
    this.kept = new Map(); // what the pedal holds
    this.pedals = new Set(); // channels
    this.echoes = []; // messages of ours that will come back
    this.mine = new Set(); // keys this page holds down
    this.feet = new Set(); // channels whose pedal this page holds down
    this.changes = []; // functions of (pitch, whether it is down)
  }

  onKey(listener) {
    this.changes.push(listener);
  }

  press(pitch, velocity = 88) {
    this.send(0x90, pitch, velocity);
  }

  lift(pitch) {
    this.send(0x80, pitch, 0);
  }

  // A channel message of this page: it is heard here at once, and played at Antiphon.
  send(status, data1, data2) {
    if (status < 0x80 || status >= 0xc0) return;
    const key = (status & 0x0f) * 128 + data1;
    const on = status >> 4 === 9 && data2 > 0;
    if (on) this.mine.add(key);
    else if (status >> 5 === 4 && !this.mine.delete(key)) return; // it was let go already
    else if (status >> 4 === 11 && data1 === PEDAL) {
      this.feet[data2 < 64 ? "delete" : "add"](status & 0x0f);
    }
    const asleep = on && !this.sound.awake;
    const woken = this.sound.wake();
    this.obey(status, data1, data2);
    if (asleep) this.sleepy(key, data2, woken);
    if (!this.wire.isOpen) return;
    this.wire.say("/panel/key", status, data1, data2);
    this.echoes.push(`${status} ${data1} ${data2}`);
    if (this.echoes.length > OURS) this.echoes.shift();
  }

  // The first key of all wakes the sound, and sounds as soon as it is awake.
  async sleepy(key, velocity, woken) {
    const pressed = performance.now();
    await woken;
    if (performance.now() - pressed > PATIENCE || document.hidden) return;
    const voice = key >> 7 === DRUM_CHANNEL ? "drums" : this.voice();
    const handle = this.sound.strike(voice, key & 127, velocity);
    if (this.down.get(key) === null) this.down.set(key, handle);
    else handle?.release(this.sound.context.currentTime + TAP);
  }

  // A message that Antiphon heard, from wherever.
  hear(status, data1, data2) {
    const ours = this.echoes.indexOf(`${status} ${data1} ${data2}`);
    if (ours >= 0) this.echoes.splice(0, ours + 1);
    else this.obey(status, data1, data2);
  }

  obey(status, data1, data2) {
    const channel = status & 0x0f;
    const key = channel * 128 + data1;
    const kind = status >> 4;
    if (kind === 9 && data2 > 0) this.begin(key, channel, data1, data2);
    else if (kind === 8 || kind === 9) this.end(key, channel, data1);
    else if (kind === 11 && data1 === PEDAL) this.tread(channel, data2 >= 64);
    else if (kind === 11 && data1 >= 120) this.hush();
  }

  begin(key, channel, pitch, velocity) {
    for (const held of [this.down.get(key), this.kept.get(key)]) {
      held?.release(this.sound.context.currentTime);
    }
    this.kept.delete(key);
    const voice = channel === DRUM_CHANNEL ? "drums" : this.voice();
    const handle = document.hidden ? null : this.sound.strike(voice, pitch, velocity);
    this.down.set(key, handle);
    for (const tell of this.changes) tell(pitch, true);
  }

  end(key, channel, pitch) {
    const handle = this.down.get(key);
    if (handle === undefined) return;
    this.down.delete(key);
    if (handle && this.pedals.has(channel)) this.kept.set(key, handle);
    else handle?.release(this.sound.context.currentTime);
    for (const tell of this.changes) tell(pitch, false);
  }

  tread(channel, held) {
    if (held) {
      this.pedals.add(channel);
      return;
    }
    this.pedals.delete(channel);
    for (const [key, handle] of this.kept) {
      if (key >> 7 !== channel) continue;
      handle.release(this.sound.context.currentTime);
      this.kept.delete(key);
    }
  }

  // Let go of the keys and pedals of this page: its hand has left.
  leave() {
    for (const key of [...this.mine]) this.send(0x80 | (key >> 7), key & 127, 0);
    for (const channel of [...this.feet]) this.send(0xb0 | channel, PEDAL, 0);
  }

  // Nothing sounds any more, whoever held it.
  hush() {
    for (const key of this.down.keys()) for (const tell of this.changes) tell(key & 127, false);
    this.down.clear();
    this.kept.clear();
    this.pedals.clear();
  }

  // The socket is gone: no echo will come, and Antiphon lets go of our keys by itself.
  lose() {
    this.echoes = [];
    this.mine.clear();
    this.feet.clear();
    this.hush();
  }
}
