// The drum kit, by the keys of General MIDI: swept sines for skins, filtered noise for the rest.

import { noise } from "./synth.js";

// skin: hertz at the stroke and after it; hiss: [filter, hertz, loudness]; decay: seconds.
const KICK = { skin: [150, 46], tone: 1, decay: 0.16, hiss: ["lowpass", 900, 0.12] };
const SNARE = { skin: [230, 170], tone: 0.45, decay: 0.12, hiss: ["highpass", 1500, 0.6] };
const STICK = { skin: [900, 700], tone: 0.4, decay: 0.03, hiss: ["bandpass", 2500, 0.3] };
const CLAP = { decay: 0.11, hiss: ["bandpass", 1400, 1] };
const CLOSED = { decay: 0.035, hiss: ["highpass", 7500, 0.42] };
const OPEN = { decay: 0.22, hiss: ["highpass", 6800, 0.4] };
const RIDE = { decay: 0.42, hiss: ["bandpass", 8200, 0.4] };
const CRASH = { decay: 0.75, hiss: ["highpass", 4200, 0.45] };
const SHAKER = { decay: 0.05, hiss: ["bandpass", 6000, 0.35] };
const BELL = { skin: [830, 830], tone: 0.45, decay: 0.12 };

const KIT = new Map([
  [35, KICK], [36, KICK], [37, STICK], [38, SNARE], [39, CLAP], [40, SNARE], [42, CLOSED],
  [44, CLOSED], [46, OPEN], [49, CRASH], [51, RIDE], [52, CRASH], [53, BELL], [54, SHAKER],
  [55, CRASH], [56, BELL], [57, CRASH], [59, RIDE], [69, SHAKER], [70, SHAKER], [76, STICK], [77, STICK],
]);

function pieceOf(pitch) {
  const known = KIT.get(pitch);
  if (known) return known;
  const hertz = 70 * 2 ** ((Math.min(Math.max(pitch, 41), 66) - 41) / 14); // toms and hand drums
  return { skin: [hertz * 1.7, hertz], tone: 0.8, decay: 0.16, hiss: ["bandpass", 1800, 0.08] };
}

// Return the handle of a stroke; it ends by itself and can only be killed.
export function drum(context, into, pitch, velocity, at) {
  const piece = pieceOf(pitch);
  const out = context.createGain();
  const end = at + piece.decay * 6;
  const sources = [];
  out.gain.value = 0.55 * (velocity / 127) ** 1.3;
  out.connect(into);
  if (piece.skin) sources.push(skin(context, piece, out, at));
  if (piece.hiss) sources.push(hiss(context, piece, out, at));
  const handle = {
    at,
    onended: null,
    release() {},
    kill(second) {
      out.gain.setTargetAtTime(0, second, 0.005);
      for (const source of sources) source.stop(second + 0.05);
    },
  };
  for (const source of sources) {
    source.start(at);
    source.stop(end);
  }
  sources[0].onended = () => {
    out.disconnect();
    handle.onended?.();
  };
  return handle;
}

function skin(context, piece, into, at) {
  const source = context.createOscillator();
  const level = context.createGain();
  const [first, last] = piece.skin;
  source.frequency.setValueAtTime(first, at);
  source.frequency.setTargetAtTime(last, at, 0.025);
  fade(level.gain, piece.tone, piece.decay, at);
  source.connect(level).connect(into);
  return source;
}

function hiss(context, piece, into, at) {
  const [kind, hertz, loud] = piece.hiss;
  const source = noise(context);
  const filter = context.createBiquadFilter();
  const level = context.createGain();
  filter.type = kind;
  filter.frequency.value = hertz;
  fade(level.gain, loud, piece.decay, at);
  source.connect(filter).connect(level).connect(into);
  return source;
}

function fade(gain, loud, decay, at) {
  gain.setValueAtTime(loud, at);
  gain.setTargetAtTime(0, at, decay);
}
