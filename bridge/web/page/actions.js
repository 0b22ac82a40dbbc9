// The buttons: every action the table has; undo and redo stand by the parameters they are for.

import { find, make, said } from "./dom.js";
import { translate } from "./language.js";

const HISTORY = ["undo", "redo"];
const LOUD = ["panic"]; // it stands apart
const FIRST = ["start"];

export class Actions {
  constructor(desk, learner) {
    this.desk = desk;
    this.learner = learner;
    desk.onTable(() => this.draw());
  }

  draw() {
    const { actions } = this.desk.table;
    const usual = actions.filter((name) => !HISTORY.includes(name) && !LOUD.includes(name));
    const loud = actions.filter((name) => LOUD.includes(name));
    find("actions").replaceChildren(...[...usual, ...loud].map((name) => this.button(name)));
    const past = actions.filter((name) => HISTORY.includes(name));
    find("history").replaceChildren(...past.map((name) => this.button(name)));
    translate(find("actions"));
    translate(find("history"));
  }

  button(name) {
    const kind = LOUD.includes(name) ? " loud" : FIRST.includes(name) ? " first" : "";
    const title = name[0].toUpperCase() + name.slice(1);
    const button = said("button", `action.${name}`, title, {
      type: "button", class: `action${kind}`, "data-action": name,
      onpointerdown: (event) => name === "tap" && event.button === 0 && this.desk.press(name),
      // A tap counts when the finger comes down; a click of the keyboard has no pointer before it.
      onclick: (event) => (name !== "tap" || event.detail === 0) && this.desk.press(name),
    });
    const learn = this.learner.button(name);
    return learn ? make("span", { class: "pair" }, button, learn) : button;
  }
}
