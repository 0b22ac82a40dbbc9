// All parameters, drawn from the table in their groups; each knows its default, help and learn button.

import { control, isWide } from "./controls.js";
import { make, recall, remember, said, write } from "./dom.js";
import { groups, plainName, plainUnit } from "./groups.js";
import { translate } from "./language.js";

export class Params {
  constructor(place, desk, learner) {
    this.place = place;
    this.desk = desk;
    this.learner = learner;
    this.heard = []; // [address, listener], to be taken off when the page is drawn anew
    desk.onTable(() => this.draw());
  }

  draw() {
    for (const [address, listener] of this.heard) this.desk.off(address, listener);
    this.heard = [];
    const narrow = matchMedia("(max-width: 700px)").matches;
    const sections = groups(this.desk.table.params).map(([name, rows], n) => {
      const open = recall(`group.${name}`, narrow && n ? "shut" : "open") === "open";
      const title = name[0].toUpperCase() + name.slice(1);
      const details = make(
        "details",
        {
          class: "group", open, "data-group": name,
          ontoggle: () => remember(`group.${name}`, details.open ? "open" : "shut"),
        },
        make("summary", {}, said("h3", `group.${name}`, title)),
        ...rows.map((row) => this.row(row, name)),
      );
      return details;
    });
    this.place.replaceChildren(...sections);
    translate(this.place);
  }

  hear(address, listener) {
    this.heard.push([address, listener]);
    this.desk.on(address, listener);
  }

  row(row, group) {
    const { desk } = this;
    const id = `param-${row.name}`;
    const turn = this.sender(row.address);
    const value = make("div", { class: "control" });
    const reset = make("button", {
      type: "button", class: "mini reset", "data-say-label": "reset", "data-say-title": "reset",
      onclick: () => desk.set(row.address, row.default),
    }, "↺");
    const unit = plainUnit(row);
    const label = make(
      "label",
      {
        for: id, id: `${id}-label`,
        "data-say-title": `help.${row.address}`, "data-else": row.help,
      },
      said("span", `name.${row.address}`, plainName(row, group)),
      unit ? make("small", {}, " · ", said("span", `unit.${unit}`, unit)) : null,
    );
    const element = make(
      "div",
      { class: "row", "data-address": row.address },
      make("div", { class: "line" }, label, canLearn(row) ? this.learner.button(row.address) : null, reset),
      value,
      this.understood(row.address),
      said("p", `help.${row.address}`, row.help, { class: "help", id: `${id}-help` }),
    );
    label.addEventListener("dblclick", () => desk.set(row.address, row.default));
    value.addEventListener("dblclick", (event) => {
      if (event.target.matches("[type=range]")) desk.set(row.address, row.default);
    });
    this.fill(row, id, turn, value);
    this.hear(row.address, (now) => element.classList.toggle("turned", now !== row.default));
    return element;
  }

  // What a text was taken to say stands below it.
  understood(address) {
    const reading = `${address}/understood`;
    if (!this.desk.hasReading(reading)) return null;
    const line = make("p", { class: "understood", role: "status" });
    this.hear(reading, (text = "") => write(line, String(text)));
    return line;
  }

  // Put in the control; a text that names one of a list is chosen from that list, when it is known.
  fill(row, id, turn, value) {
    let shown = null;
    const put = (names) => {
      shown = control(row, id, turn, names);
      const inner = shown.element.matches("input, select") ? shown.element : null;
      inner?.setAttribute("aria-describedby", `${id}-help`);
      value.replaceChildren(shown.element);
      if (this.desk.values.has(row.address)) shown.show(this.desk.value(row.address));
      translate(value);
    };
    put(null);
    const list = `${row.address}s`;
    if (row.type === "str" && !row.choices.length && this.desk.hasList(list)) {
      this.hear(`list/${list}`, (...names) => put(names));
    }
    this.hear(row.address, (now) => shown.show(now));
  }

  // Return what sends a value: at most one a frame, the last one always.
  sender(address) {
    let waiting = null;
    return (value) => {
      if (waiting === null) {
        requestAnimationFrame(() => {
          this.desk.set(address, waiting.value);
          waiting = null;
        });
      }
      waiting = { value };
    };
  }
}

// A knob turns no words and no long numbers.
function canLearn(row) {
  return row.type === "str" ? row.choices.length > 0 : !isWide(row);
}
