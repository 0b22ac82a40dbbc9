// Latency in one place: what is sent early, how notes fare, how far ahead is drawn, how to measure.

import { control } from "./controls.js";
import { find, make, reveal, said, write } from "./dom.js";
import { figure, filled, onLanguage, translate } from "./language.js";

const OFFSET = "latency/offset";

// What is read where, which of its words, and in what unit; a parameter's row has its own name.
const FACTS = [
  ["late", 0, "timing.timely"], ["late", 1, "timing.late"], ["late", 2, "timing.snapped"],
  ["late", 3, "timing.dropped"], ["latency", 0, "timing.step", "ms"],
  ["latency", 1, "timing.slow", "ms"], ["latency", 2, "timing.lead", "ms"],
  ["horizon", 0, "timing.horizon", "beats"], ["commit", 0, "timing.commit", "beats"],
];

export class Timing {
  constructor(desk) {
    this.desk = desk;
    this.heard = []; // [address, listener], to be taken off when it is drawn anew
    desk.onTable(() => this.draw());
    onLanguage(() => this.draw());
  }

  hear(address, listener) {
    this.heard.push([address, listener]);
    this.desk.on(address, listener);
  }

  draw() {
    const { desk } = this;
    for (const [address, listener] of this.heard) desk.off(address, listener);
    this.heard = [];
    reveal(find("timing"), desk.hasReading("latency/measure"));
    find("timing-list").replaceChildren(...FACTS.map((fact) => this.fact(...fact)));
    this.hear("latency/measure", (command = "") => {
      write(find("timing-command"), String(command));
      for (const id of ["timing-how", "timing-command"]) reveal(find(id), command !== "");
    });
    const row = desk.table.params.find(({ address }) => address === OFFSET);
    find("timing-offset-row").replaceChildren(...(row ? this.offset(row) : []));
    translate(find("timing"));
  }

  fact(address, n, words, unit = "") {
    const value = make("dd");
    this.hear(address, (...told) => {
      const number = Math.round(told[n] * 10) / 10;
      if (Number.isNaN(number)) write(value, "–");
      else write(value, unit ? filled(`count.${unit}`, { n: number }) : figure(number));
    });
    return make("div", {}, said("dt", words), value);
  }

  offset(row) {
    const id = "timing-offset";
    const { element, show } = control(row, id, (value) => this.desk.set(OFFSET, value));
    this.hear(OFFSET, show);
    const label = make(
      "label", { for: id, id: `${id}-label` },
      said("span", `name.${OFFSET}`, "latency offset"),
      make("small", {}, " · ", said("span", "ms")),
    );
    const help = said("p", `help.${OFFSET}`, row.help, { class: "help", id: `${id}-help` });
    return [make("div", { class: "line" }, label), element, help];
  }
}
