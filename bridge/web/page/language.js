// Says everything in the language chosen: elements name their words, the table has them.

import { recall, remember } from "./dom.js";
import { Phrasebook, figure as written, fill } from "./told.js";
import { WORDS } from "./words.js";

const NAMES = Object.keys(WORDS);
const SHELF = { ru: () => import("./russian/told.js") }; // what is not English is fetched when it is chosen
const books = new Map(); // language -> its Phrasebook
const listeners = [];
let chosen = recall("language") ?? (navigator.language?.startsWith("ru") ? "ru" : "en");
if (!NAMES.includes(chosen)) chosen = "en";

export function language() {
  return chosen;
}

// The words of the first of some keys (`a|b`) that the language has; `otherwise` where it has none.
export function say(keys, otherwise = keys) {
  for (const words of [WORDS[chosen], chosen === "en" ? {} : WORDS.en]) {
    const key = keys.split("|").find((name) => name in words);
    if (key) return words[key];
  }
  return otherwise;
}

// The words of a key with a count in them.
export function count(key, n) {
  return filled(key, { n });
}

// The words of a key with values in its holes.
export function filled(key, values) {
  return fill(say(key), values, chosen);
}

// A number as the language writes it.
export function figure(value, digits = null) {
  return written(value, chosen, digits);
}

// What Antiphon tells in English; English where there are no words for it, or not yet.
export function tell(text) {
  return books.get(chosen)?.tell(text) ?? text;
}

function isSaid(keys) {
  return keys.split("|").some((name) => name in WORDS[chosen]);
}

// Put words into all elements below `root` that name some; what is not translated is English.
export function translate(root = document) {
  for (const element of root.querySelectorAll("[data-say]")) {
    const words = say(element.dataset.say, element.dataset.else ?? element.dataset.say);
    if (element.textContent !== words) element.textContent = words;
    element.lang = isSaid(element.dataset.say) ? chosen : "en";
  }
  for (const element of root.querySelectorAll("[data-told]")) {
    const words = tell(element.dataset.told);
    if (element.textContent !== words) element.textContent = words;
    element.lang = words === element.dataset.told ? "en" : chosen;
  }
  for (const element of root.querySelectorAll("[data-say-label]")) {
    const words = say(element.dataset.sayLabel, element.dataset.else);
    const { of = "", sayOf = "" } = element.dataset; // what it is a button of
    element.setAttribute("aria-label", `${words} ${say(sayOf, of)}`.trim());
  }
  for (const element of root.querySelectorAll("[data-say-title]")) {
    element.title = say(element.dataset.sayTitle, element.dataset.else);
  }
  for (const element of root.querySelectorAll("[data-say-hint]")) {
    element.placeholder = say(element.dataset.sayHint, "");
  }
}

export function onLanguage(listener) {
  listeners.push(listener);
}

export function nextLanguage() {
  chosen = NAMES[(NAMES.indexOf(chosen) + 1) % NAMES.length];
  remember("language", chosen);
  speak();
}

export function speak() {
  document.documentElement.lang = chosen;
  translate();
  for (const listener of listeners) listener();
  if (chosen in SHELF && !books.has(chosen)) fetchBook(chosen);
}

async function fetchBook(name) {
  const page = await SHELF[name]().catch(() => null); // without a connection it stays English
  if (!page || books.has(name)) return;
  books.set(name, new Phrasebook(name, page.TOLD));
  if (name === chosen) speak();
}
