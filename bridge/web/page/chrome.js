// The quiet buttons at the top: sound, MIDI keyboard, dark or light, language, help.

import { find, recall, remember, reveal, write } from "./dom.js";
import { count, onLanguage, say } from "./language.js";
import { hasMidi, isAllowed, listen } from "./midi.js";

const THEMES = ["auto", "dark", "light"];
const INSIDE = "loopback"; // the port of a machine without MIDI: only this browser can be heard

export function chrome({ desk, hands, roll, sound, nextLanguage }) {
  soundButton(desk, sound);
  themeButton(roll);
  midiButton(hands);
  helpButton();
  find("language").addEventListener("click", nextLanguage);
}

// Sound is on where nothing else sounds, until somebody says otherwise.
function soundButton(desk, sound) {
  const button = find("sound");
  const show = () => {
    button.setAttribute("aria-pressed", String(sound.on));
    const waits = sound.on && !sound.awake;
    write(button, say(waits ? (sound.mute ? "sound.none" : "sound.waits") : sound.on ? "sound.on" : "sound.off"));
    button.classList.toggle("waits", waits && !sound.mute);
  };
  const chosen = recall("sound");
  if (chosen) sound.turn(chosen === "on");
  desk.on("midi", (_, plays) => recall("sound") ?? sound.turn(plays === INSIDE));
  button.addEventListener("click", () => {
    const on = !(sound.on && sound.awake);
    remember("sound", on ? "on" : "off");
    sound.turn(on);
  });
  for (const event of ["pointerdown", "keydown"]) {
    addEventListener(event, ({ target }) => target !== button && sound.wake(), true);
  }
  sound.onChange(show);
  onLanguage(show);
  show();
}

function themeButton(roll) {
  const button = find("theme");
  let theme = recall("theme", "auto");
  const show = () => {
    document.documentElement.dataset.theme = theme;
    write(button, say(`theme.${theme}`));
    roll.recolour();
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    remember("theme", theme);
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  onLanguage(show);
  show();
}

function midiButton(hands) {
  const button = find("midi");
  reveal(button, hasMidi());
  let found = "idle"; // idle, none, or how many inputs
  const show = () => {
    const words = typeof found === "number" ? count("midi.inputs", found) : say(`midi.${found}`);
    write(button, words);
  };
  const changed = (inputs) => {
    found = inputs ?? "none";
    show();
  };
  const ask = () => listen(hands, changed);
  button.addEventListener("click", ask);
  onLanguage(show);
  show();
  // A page that was loaded anew in the middle of a jam does not lose its keyboard.
  if (hasMidi()) isAllowed().then((may) => may && ask());
}

function helpButton() {
  const button = find("help");
  const show = (on) => {
    document.documentElement.toggleAttribute("data-help", on);
    button.setAttribute("aria-pressed", String(on));
  };
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    remember("help", on ? "on" : "off");
    show(on);
  });
  show(recall("help") === "on");
}
