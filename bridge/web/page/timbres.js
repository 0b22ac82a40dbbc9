// The instruments as numbers: oscillators, filter and envelope of each, and who plays which voice.
//
// osc: [wave, times the pitch, loudness, cents off]; a wave that is a list has these partials.
// attack, decay, release: seconds; sustain: a share; decay follows the pitch where `keyed`.
// cut: the filter opens to so many times the pitch and closes to the second; hiss: noise at the start.

const PIANO = [1, 0.62, 0.36, 0.2, 0.14, 0.09, 0.06, 0.04, 0.02];
const DRAWBARS = [0.9, 0.7, 0.5, 0.35, 0, 0.2, 0, 0.12];
const REED = [1, 0.1, 0.55, 0.08, 0.35, 0.05, 0.2];
const PIPE = [1, 0.16, 0.1, 0.03];

export const TIMBRES = {
  piano: {
    osc: [[PIANO, 1, 0.8, -2], [PIANO, 1, 0.5, 3]],
    attack: 0.003, decay: 1.6, sustain: 0, release: 0.16, keyed: true, cut: [9, 2], hiss: 0.05, gain: 0.5,
  },
  mallets: {
    osc: [["sine", 1, 1, 0], ["sine", 3.93, 0.3, 0], ["sine", 9.2, 0.08, 0]],
    attack: 0.001, decay: 0.7, sustain: 0, release: 0.3, keyed: true, hiss: 0.03, gain: 0.55,
  },
  organ: {
    osc: [[DRAWBARS, 1, 0.7, 0], [DRAWBARS, 1, 0.25, 5]],
    attack: 0.008, decay: 0.1, sustain: 1, release: 0.06, cut: [12, 12], gain: 0.26,
  },
  guitar: {
    osc: [["sawtooth", 1, 0.6, 0], ["triangle", 1, 0.5, 4]],
    attack: 0.002, decay: 0.9, sustain: 0, release: 0.12, keyed: true, cut: [10, 1.4], hiss: 0.07, gain: 0.42,
  },
  bass: {
    osc: [["sawtooth", 1, 0.5, 0], ["sine", 1, 0.9, 0]],
    attack: 0.004, decay: 0.9, sustain: 0.25, release: 0.09, cut: [7, 2], gain: 0.6,
  },
  strings: {
    osc: [["sawtooth", 1, 0.5, -7], ["sawtooth", 1, 0.5, 7], ["sawtooth", 2, 0.12, 3]],
    attack: 0.09, decay: 0.3, sustain: 0.85, release: 0.35, cut: [5, 4], gain: 0.24,
  },
  brass: {
    osc: [["sawtooth", 1, 0.7, -4], ["sawtooth", 1, 0.4, 5]],
    attack: 0.03, decay: 0.2, sustain: 0.75, release: 0.1, cut: [7, 3.5], gain: 0.3,
  },
  reed: {
    osc: [[REED, 1, 0.9, 0]],
    attack: 0.02, decay: 0.15, sustain: 0.85, release: 0.08, cut: [8, 5], hiss: 0.02, gain: 0.34,
  },
  pipe: {
    osc: [[PIPE, 1, 1, 0]],
    attack: 0.035, decay: 0.1, sustain: 0.9, release: 0.1, hiss: 0.06, gain: 0.42,
  },
  lead: {
    osc: [["square", 1, 0.4, -5], ["sawtooth", 1, 0.5, 5]],
    attack: 0.006, decay: 0.25, sustain: 0.7, release: 0.1, cut: [9, 4], gain: 0.28,
  },
  pad: {
    osc: [["triangle", 1, 0.7, -9], ["sawtooth", 1, 0.25, 9], ["sine", 0.5, 0.3, 0]],
    attack: 0.22, decay: 0.5, sustain: 0.9, release: 0.6, cut: [4, 4], gain: 0.3,
  },
};
TIMBRES.ensemble = TIMBRES.strings;

// General MIDI families, eight programs each; drums are told by their channel.
const FAMILIES = [
  "piano", "mallets", "organ", "guitar", "bass", "strings", "ensemble", "brass",
  "reed", "pipe", "lead", "pad", "pad", "guitar", "mallets", "pad",
];

export const DRUM_CHANNEL = 9;

export function voiceOfProgram(program) {
  return FAMILIES[program >> 3] ?? "piano";
}
