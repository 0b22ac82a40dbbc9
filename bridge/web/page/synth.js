// One note of an instrument: oscillators through a filter and an envelope, in the audio clock's time.

import { drum } from "./drums.js";
import { TIMBRES } from "./timbres.js";

const TAIL = 6; // release times until nothing is heard any more
const waves = new WeakMap(); // context -> Map of partials -> wave

export function hertz(pitch) {
  return 440 * 2 ** ((pitch - 69) / 12);
}

// Return { release(second), kill(second), onended } of a note that begins at `at`.
export function strike(context, into, voice, pitch, velocity, at) {
  if (voice === "drums") return drum(context, into, pitch, velocity, at);
  const timbre = TIMBRES[voice] ?? TIMBRES.piano;
  const frequency = hertz(pitch);
  const envelope = context.createGain();
  const filter = opened(context, timbre, frequency, velocity, at);
  const sources = timbre.osc.map((row) => oscillator(context, row, frequency, filter ?? envelope));
  if (timbre.hiss) sources.push(breath(context, timbre.hiss, frequency, envelope, at));
  filter?.connect(envelope);
  envelope.connect(into);
  const loud = timbre.gain * (velocity / 127) ** 1.4;
  const decay = timbre.keyed ? timbre.decay * 2 ** ((60 - pitch) / 24) : timbre.decay;
  shape(envelope.gain, timbre, loud, decay, at);
  for (const source of sources) source.start(at);
  return sounding(sources, envelope, timbre, at, timbre.sustain ? Infinity : at + decay * 4);
}

function shape(gain, timbre, loud, decay, at) {
  gain.value = 0; // one that is taken back before it begins is never heard
  gain.setValueAtTime(0, at);
  gain.linearRampToValueAtTime(loud, at + timbre.attack);
  gain.setTargetAtTime(loud * timbre.sustain, at + timbre.attack, decay / 2);
}

// The handle of a note: it ends once, whatever is asked of it and however often.
function sounding(sources, envelope, timbre, at, end) {
  const handle = {
    at,
    onended: null,
    release(second) {
      const when = Math.max(second, at + timbre.attack);
      envelope.gain.cancelScheduledValues(when);
      envelope.gain.setTargetAtTime(0, when, timbre.release / 2);
      for (const source of sources) source.stop(when + timbre.release * TAIL);
    },
    kill(second) {
      envelope.gain.cancelScheduledValues(second);
      envelope.gain.setTargetAtTime(0, second, 0.008);
      for (const source of sources) source.stop(second + 0.08);
    },
  };
  sources[0].onended = () => {
    envelope.disconnect();
    handle.onended?.();
  };
  if (end < Infinity) for (const source of sources) source.stop(end);
  return handle;
}

function oscillator(context, [wave, times, loud, cents], frequency, into) {
  const source = context.createOscillator();
  if (typeof wave === "string") source.type = wave;
  else source.setPeriodicWave(periodic(context, wave));
  source.frequency.value = frequency * times;
  source.detune.value = cents;
  const level = context.createGain();
  level.gain.value = loud;
  source.connect(level).connect(into);
  return source;
}

function periodic(context, partials) {
  if (!waves.has(context)) waves.set(context, new Map());
  const made = waves.get(context);
  if (!made.has(partials)) {
    const real = new Float32Array([0, ...partials]);
    made.set(partials, context.createPeriodicWave(new Float32Array(real.length), real));
  }
  return made.get(partials);
}

function opened(context, timbre, frequency, velocity, at) {
  if (!timbre.cut) return null;
  const [open, closed] = timbre.cut;
  const filter = context.createBiquadFilter();
  const top = context.sampleRate / 2.2;
  const bright = 0.5 + velocity / 254;
  filter.type = "lowpass";
  filter.Q.value = 0.8;
  filter.frequency.setValueAtTime(Math.min(frequency * open * bright, top), at);
  filter.frequency.setTargetAtTime(Math.min(frequency * closed, top), at + timbre.attack, 0.25);
  return filter;
}

function breath(context, loud, frequency, into, at) {
  const source = noise(context);
  const band = context.createBiquadFilter();
  const level = context.createGain();
  band.type = "bandpass";
  band.frequency.value = Math.min(frequency * 4, 8000);
  level.gain.setValueAtTime(loud * 6, at);
  level.gain.setTargetAtTime(loud * 0.2, at, 0.02);
  source.connect(band).connect(level).connect(into);
  return source;
}

const hisses = new WeakMap(); // context -> a second of noise

export function noise(context) {
  if (!hisses.has(context)) {
    const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i += 1) samples[i] = Math.random() * 2 - 1;
    hisses.set(context, buffer);
  }
  const source = context.createBufferSource();
  source.buffer = hisses.get(context);
  source.loop = true;
  return source;
}
