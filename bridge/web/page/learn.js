// MIDI learn: a button beside each parameter and action, where Antiphon can learn controllers.

import { find, make, reveal, said, told } from "./dom.js";
import { translate } from "./language.js";
import { doubt } from "./sure.js";

export class Learner {
  constructor(desk) {
    this.desk = desk;
    this.buttons = new Map(); // address -> button
    this.learning = "";
    desk.on("learning", (address = "") => this.mark(String(address)));
    desk.on("learned", () => desk.ask("list/learned"));
    desk.on("list/learned", (...rows) => this.list(rows));
    desk.onTable(() => {
      reveal(find("learned"), desk.hasList("learned"));
      reveal(find("learn"), desk.hasReading("learning"));
    });
    find("learn").addEventListener("click", () => this.show());
  }

  // Show all buttons, or only that of the row a hand is at.
  show() {
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
    if (before && !address) this.desk.ask("list/learned");
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
