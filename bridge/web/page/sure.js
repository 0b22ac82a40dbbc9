// Asks before what cannot be taken back: a button says what it is about to do, and is pressed again.

import { write } from "./dom.js";
import { say, translate } from "./language.js";

const LONG = 4000; // ms until it is forgotten

// Return { sure, calm }: `sure` tells whether `button` was pressed for the second time.
export function doubt(button, question) {
  let timer = null;
  let before = null; // what the button said
  function calm() {
    clearTimeout(timer);
    if (before === null) return;
    write(button, before);
    before = null;
    button.classList.remove("asks");
    translate(button.parentElement); // it may be another language by now
  }
  function sure() {
    const asked = before !== null;
    calm();
    if (asked) return true;
    before = button.textContent;
    write(button, say(question));
    if (button.ariaLabel) button.ariaLabel = `${say(question)} ${button.dataset.of ?? ""}`;
    button.classList.add("asks");
    timer = setTimeout(calm, LONG);
    return false;
  }
  button.addEventListener("blur", calm);
  return { sure, calm };
}
