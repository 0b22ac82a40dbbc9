// Says everything in the language chosen: elements name their words, the table has them.

import { recall, remember } from "./dom.js";
import { WORDS } from "./words.js";

const NAMES = Object.keys(WORDS);
const listeners = [];
let chosen = recall("language") ?? (navigator.language?.startsWith("ru") ? "ru" : "en");
if (!NAMES.includes(chosen)) chosen = "en";

export function language() {
  return chosen;
}

// The words of a key; `otherwise` where no language has them.
export function say(key, otherwise = key) {
  return WORDS[chosen][key] ?? (chosen === "en" ? otherwise : WORDS.en[key] ?? otherwise);
}

// Put words into all elements below `root` that name some.
export function translate(root = document) {
  for (const element of root.querySelectorAll("[data-say]")) {
    const words = say(element.dataset.say, element.dataset.else ?? element.dataset.say);
    if (element.textContent !== words) element.textContent = words;
  }
  for (const element of root.querySelectorAll("[data-say-label]")) {
    element.setAttribute("aria-label", say(element.dataset.sayLabel, element.dataset.else));
  }
  for (const element of root.querySelectorAll("[data-say-title]")) {
    element.title = say(element.dataset.sayTitle, element.dataset.else);
  }
  for (const element of root.querySelectorAll("[data-say-hint]")) {
    element.placeholder = say(element.dataset.sayHint);
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
}
