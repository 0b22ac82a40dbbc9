// Puts the panel together: socket, clock, notes, sound, roll, keys and all that can be turned.

import { Actions } from "./actions.js";
import { Clock } from "./clock.js";
import { Conductor } from "./conductor.js";
import { Desk } from "./desk.js";
import { find } from "./dom.js";
import { Glance } from "./glance.js";
import { Hands } from "./hands.js";
import { Keyboard } from "./keyboard.js";
import { nextLanguage, speak } from "./language.js";
import { Learner } from "./learn.js";
import { link } from "./link.js";
import { notices } from "./notice.js";
import { Notes } from "./notes.js";
import { Params } from "./params.js";
import { Ports } from "./ports.js";
import { Rooms } from "./rooms.js";
import { Roll } from "./roll.js";
import { Sound } from "./sound.js";
import { chrome } from "./chrome.js";
import { Strip } from "./strip.js";
import { Takes } from "./takes.js";
import { Timing } from "./timing.js";
import { LETTERS, play } from "./typing.js";
import { Wire } from "./wire.js";

const TIDY = 5000; // ms

const wire = new Wire();
const clock = new Clock(wire);
const desk = new Desk(wire);
const notes = new Notes(() => clock.beat());
const sound = new Sound();
const playerVoice = () => desk.value("voice/player", "piano");
const answerVoice = () => {
  const voice = desk.value("voice/answer", "same");
  return voice === "same" ? playerVoice() : voice;
};
const conductor = new Conductor(notes, clock, sound, answerVoice);
const hands = new Hands(wire, sound, playerVoice);
const roll = new Roll(find("roll"), notes, clock);
const learner = new Learner(desk);
const takes = new Takes(desk, sound);
const glance = new Glance(desk, clock, wire);
new Params(find("groups"), desk, learner);
new Actions(desk, learner);
new Rooms(desk);
new Ports(desk);
new Timing(desk);
link(desk);
notices(desk);

// Everything ends, in the notes and in the sound.
function silence() {
  conductor.hush();
  notes.silence();
  hands.hush();
  takes.stop();
  sound.hush();
}

const keyboard = new Keyboard(find("keys"), hands);
keyboard.label(LETTERS);
const panic = () => {
  desk.press("panic");
  silence(); // even where nobody hears the button
};
play(keyboard, hands, panic);
const strip = new Strip(desk, clock, document.querySelector(".glance"), panic);
find("octave-down").addEventListener("click", () => keyboard.shift(-1));
find("octave-up").addEventListener("click", () => keyboard.shift(1));

wire.on("/panel/heard", (beat, status, data1, data2) => {
  if (clock.playing) notes.hear(beat, status, data1, data2);
  hands.hear(status, data1, data2);
});
wire.on("/panel/play", (...words) => notes.plan(...words));
wire.on("/panel/past", (lines) => notes.recall(lines));
wire.on("/panel/cancel", (take, beat) => notes.cancel(take, beat));
wire.on("/panel/retract", (take, beat) => notes.retract(take, beat));
wire.on("/panel/action", (name) => {
  if (name === "panic" || name === "stop") silence();
});
wire.onChange((open) => {
  silence();
  hands.lose();
  if (open) notes.clear(); // it may be another Antiphon, with another song
});
clock.onLeap(({ stopped, back }) => {
  conductor.hush();
  notes.silence();
  if (back) notes.clear();
  if (stopped) sound.hush();
});
for (const [target, event] of [[window, "pagehide"], [document, "visibilitychange"]]) {
  target.addEventListener(event, () => {
    if (event === "visibilitychange" && !document.hidden) return;
    hands.leave();
    takes.stop();
    sound.hush();
  });
}

chrome({ desk, hands, roll, sound, nextLanguage });
speak();
setInterval(() => notes.tidy(), TIDY);
requestAnimationFrame(function frame() {
  roll.draw();
  glance.draw();
  strip.draw();
  keyboard.answer(notes.answering());
  requestAnimationFrame(frame);
});
wire.open();

// For who measures the page and for the curious.
globalThis.antiphon = { clock, conductor, desk, hands, keyboard, notes, roll, silence, sound, takes, wire };
