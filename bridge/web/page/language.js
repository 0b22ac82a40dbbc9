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

// The words of the first of some keys (`a|b`) that the language has; `otherwise` where it has none.
export function say(keys, otherwise = keys) {
  for (const words of [WORDS[chosen], chosen === "en" ? {} : WORDS.en]) {
    const key = keys.split("|").find((name) => name in words);
    if (key) return words[key];
  }
  return otherwise;
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
  for (const element of root.querySelectorAll("[data-say-label]")) {
    const words = say(element.dataset.sayLabel, element.dataset.else);
    const label = `${words} ${element.dataset.of ?? ""}`.trim(); // what it is a button of
    element.setAttribute("aria-label", label);
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
