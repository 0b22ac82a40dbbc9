// MIDI learn: a button beside each parameter and action, where Antiphon can learn controllers; and
// a line that says what to do, then what was learned; or that a knob has to meet its value first.

import { find, make, reveal, said, told, write } from "./dom.js";
import { filled, onLanguage, say, tell, translate } from "./language.js";
import { doubt } from "./sure.js";

const LONG = 6000; // ms for which it is told what was learned

export class Learner {
  constructor(desk) {
    this.desk = desk;
    this.buttons = new Map(); // address -> button
    this.learning = "";
    this.taught = ""; // what was told to be learned since a button was pressed
    this.timer = null;
    desk.on("learning", (address = "") => this.mark(String(address)));
    desk.on("learned", (taught = "") => {
      this.taught = String(taught);
      desk.ask("list/learned");
    });
    desk.on("control/waits", (words = "") => this.wait(String(words)));
    desk.on("list/learned", (...rows) => this.list(rows));
    desk.onTable(() => {
      reveal(find("learned"), desk.hasList("learned"));
      reveal(find("learn"), desk.hasReading("learning"));
    });
    onLanguage(() => this.learning && this.show());
    find("learn").addEventListener("click", () => this.open());
  }

  // Show all buttons, or only that of the row a hand is at.
  open() {
    const shown = document.documentElement.toggleAttribute("data-learn");
    find("learn").setAttribute("aria-pressed", String(shown));
  }

  // Return a button that waits for a knob or key for an address; null where that cannot be.
  button(address) {
    if (!this.desk.hasReading("learning")) return null;
    const button = make("button", {
      type: "button", class: "mini learn", "data-say-label": "learn", "data-say-title": "learn",
      "aria-pressed": "false", onclick: () => this.ask(address),
    }, "◔");
    this.buttons.set(address, button);
    return button;
  }

  // Wait for a controller of this address; asked again, wait no longer.
  ask(address) {
    this.desk.ask("learn", this.learning === address ? "" : address);
  }

  mark(address) {
    const before = this.learning;
    this.learning = address;
    for (const [name, button] of this.buttons) {
      const waits = name === address && address !== "";
      button.setAttribute("aria-pressed", String(waits));
    }
    if (address && address !== before) this.taught = "";
    if (address) this.show();
    else if (before) queueMicrotask(() => this.end()); // what was learned may be told in the same breath
  }

  // Say what is waited for: keys press what has few answers, and turn no numbers.
  show() {
    const address = this.learning;
    const row = this.desk.table.params.find((param) => param.address === address);
    const words = row && row.type !== "str" ? "learn.turn" : "learn.press";
    this.say(filled(words, { what: say(`name.${address}|action.${address}`, address) }));
  }

  // Say what was learned, or nothing.
  end() {
    if (this.learning) return;
    this.say(this.taught && tell(this.taught));
    this.timer = setTimeout(() => this.say(""), LONG);
    this.desk.ask("list/learned");
  }

  // Say which way to turn a knob that stands elsewhere than its value.
  wait(words) {
    if (this.learning) return;
    this.say(words && tell(words));
    this.timer = setTimeout(() => this.say(""), LONG);
  }

  say(words) {
    clearTimeout(this.timer);
    write(find("learning"), words);
    reveal(find("learning"), Boolean(words));
  }

  list(rows) {
    const lines = rows.map((row) => {
      const [address] = String(row).split(/[:\s]/); // a line begins with what the control does
      const forget = make("button", {
        type: "button", class: "mini", "data-say-label": "forget", "data-of": address,
        "data-say-of": `name.${address}|action.${address}`,
        onclick: () => {
          if (!gone.sure()) return;
          this.desk.ask("forget", address);
          this.desk.ask("list/learned");
        },
      }, "×");
      const gone = doubt(forget, "learned.gone");
      return make("li", {}, told("span", String(row)), forget);
    });
    const none = said("li", "learned.none", "", { class: "none" });
    find("learned-list").replaceChildren(...(lines.length ? lines : [none]));
    translate(find("learned"));
  }
}
