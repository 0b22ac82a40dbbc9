// Colours of the piano roll, read from the style sheet, and the names of keys.

import { PLAYER } from "./notes.js";

const NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
const BLACK = new Set([1, 3, 6, 8, 10]);
const TOKENS = {
  ground: "--roll", black: "--roll-black", beat: "--roll-beat", bar: "--roll-bar", faint: "--faint",
  head: "--text", rim: "--rim", plan: "--roll-plan",
};

export function isBlack(pitch) {
  return BLACK.has(((pitch % 12) + 12) % 12);
}

export function noteName(pitch) {
  return `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

// The colours as the browser resolves them now, dark or light.
export function palette() {
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  const resolve = (token) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = {};
  for (const [name, token] of Object.entries(TOKENS)) colours[name] = resolve(token);
  colours.player = [0, 1, 2].map((n) => resolve(`--player-${n}`));
  colours.answer = [0, 1, 2, 3, 4, 5].map((n) => resolve(`--answer-${n}`));
  colours.drums = resolve("--drums");
  colours.font = getComputedStyle(document.body).fontFamily;
  probe.remove();
  return colours;
}

// The colour of a note: whose it is, and of which channel.
export function channelColour(colours, note) {
  if (note.who === PLAYER) return colours.player[note.channel % colours.player.length];
  if (note.channel === 9) return colours.drums;
  return colours.answer[note.channel % colours.answer.length];
}
