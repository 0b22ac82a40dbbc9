// What went wrong and what to know, at the bottom of the screen for a while, or until it is pressed.

import { find, reveal, write } from "./dom.js";
import { translate } from "./language.js";

const LONG = 6000; // ms

export function notices(desk) {
  const place = find("notice");
  let timer = null;
  const hide = () => {
    clearTimeout(timer);
    reveal(place, false);
    delete place.dataset.told;
    write(place, ""); // the same again is said again
  };
  const show = (text) => {
    if (!text) return;
    clearTimeout(timer);
    place.dataset.told = text;
    translate(place.parentElement);
    reveal(place, true);
    timer = setTimeout(hide, LONG);
  };
  desk.on("error", (_, text) => show(text));
  desk.on("notice", show);
  place.addEventListener("click", hide);
}
