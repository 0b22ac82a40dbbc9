// The MIDI ports: which are in use, and others to choose. Which there are is asked when it is looked at.

import { find, make, reveal, said, write } from "./dom.js";
import { onLanguage, say, translate } from "./language.js";

const ENDS = ["input", "output"];
const INSIDE = "loopback"; // the port of a machine without MIDI: there is none to choose

export class Ports {
  constructor(desk) {
    this.desk = desk;
    this.waits = false; // until another port is open, or cannot be
    desk.onTable(() => reveal(find("ports"), desk.hasReading("ports/chosen")));
    for (const end of ENDS) {
      desk.on(`list/${end}s`, () => this.draw());
      find(`ports-${end}`).addEventListener("change", ({ target }) => this.choose(end, target.value));
    }
    desk.on("ports/chosen", () => this.settle());
    desk.on("error", () => this.waits && this.settle());
    desk.on("midi", () => this.draw());
    onLanguage(() => this.draw());
    find("ports").addEventListener("toggle", () => find("ports").open && this.look());
    find("ports-look").addEventListener("click", () => this.look());
  }

  look() {
    for (const end of ENDS) this.desk.ask(`list/${end}s`);
  }

  choose(end, name) {
    this.waits = true;
    this.draw();
    this.desk.ask(`ports/${end}`, name);
  }

  settle() {
    this.waits = false;
    this.draw();
  }

  draw() {
    const used = this.desk.values.get("midi") ?? [];
    const inside = used.includes(INSIDE);
    ENDS.forEach((end, n) => {
      const list = find(`ports-${end}`);
      if (!this.waits) this.fill(list, end, String(this.desk.values.get("ports/chosen")?.[n] ?? ""));
      list.disabled = this.waits || inside;
    });
    const [hears = "–", plays = "–"] = used;
    const open = `${say("ports.used")} ${hears} → ${plays}`;
    write(find("ports-used"), say(inside ? "ports.inside" : this.waits ? "ports.waits" : "", open));
  }

  fill(list, end, chosen) {
    const names = (this.desk.values.get(`list/${end}s`) ?? []).map(String);
    // What is remembered has no number that the system gives anew each time.
    const there = names.find((name) => name === chosen || name.startsWith(`${chosen} `));
    if (chosen && !there) names.push(chosen);
    const wanted = chosen && (there ?? chosen);
    const shown = ["", ...names].join("\n");
    if (list.dataset.shown !== shown) {
      const own = said("option", "ports.own", "", { value: "" });
      list.replaceChildren(own, ...names.map((name) => make("option", { value: name }, name)));
      list.dataset.shown = shown;
      translate(list);
    }
    list.value = wanted;
  }
}
