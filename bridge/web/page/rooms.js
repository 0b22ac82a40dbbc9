// The side rooms: presets, readings and the doctor; each is there when the table has what it needs.

import { find, make, reveal, said, told, write } from "./dom.js";
import { figure, onLanguage, say, tell, translate } from "./language.js";
import { doubt } from "./sure.js";

const SOON = 400; // ms

export class Rooms {
  constructor(desk) {
    this.desk = desk;
    this.heard = [];
    this.names = []; // of presets
    this.preset = ""; // the one in force
    this.over = doubt(find("preset-save"), "preset.over");
    desk.onTable(() => this.draw());
    onLanguage(() => this.drawReadings());
    desk.on("list/presets", (...names) => this.presets(names));
    desk.on("preset", (name = "", turned = "") => {
      this.preset = `${name}${turned}`;
      this.waits("");
    });
    desk.on("error", () => this.waits("")); // perhaps of the preset
    find("preset-form").addEventListener("submit", (event) => this.save(event));
    find("preset-name").addEventListener("input", () => this.over.calm());
    find("preset-name").addEventListener("keydown", ({ key, target }) => {
      if (key === "Escape") target.value = "";
    });
    find("examine").addEventListener("click", () => this.examine());
  }

  draw() {
    const { desk } = this;
    reveal(find("presets"), desk.hasList("presets"));
    reveal(find("doctor"), desk.hasRoute("/doctor"));
    write(find("version"), desk.table.version);
    this.drawReadings();
  }

  drawReadings() {
    const { desk } = this;
    for (const [address, listener] of this.heard) desk.off(address, listener);
    this.heard = [];
    find("readings-list").replaceChildren(...desk.table.readings.map((row) => this.reading(row)));
    translate(find("readings"));
  }

  reading(row) {
    const value = make("dd", {});
    const listener = (...words) => write(value, shownAt(row.address, words) || "–");
    this.heard.push([row.address, listener]);
    this.desk.on(row.address, listener);
    const what = { "data-say-title": `reading.help.${row.address}`, "data-else": row.help };
    return make("div", what, said("dt", `reading.${row.address}`, row.address), value);
  }

  presets(names) {
    this.names = names;
    const rows = names.map((name) => this.row(String(name)));
    const none = said("li", "presets.none", "", { class: "none" });
    find("presets-list").replaceChildren(...(rows.length ? rows : [none]));
    translate(find("presets"));
  }

  row(name) {
    const load = make("button", {
      type: "button", class: "name", onclick: () => this.load(name),
    }, name);
    const cross = make("button", {
      type: "button", class: "mini", "data-say-label": "preset.delete", "data-of": name,
      onclick: () => gone.sure() && this.ask("delete", name),
    }, "×");
    const gone = doubt(cross, "preset.gone");
    return make("li", {}, load, cross);
  }

  // Say which preset is in force, or which will be.
  waits(name) {
    write(find("preset"), name ? `${name}: ${say("preset.waits")}` : this.preset);
  }

  // Files are written beside the music: what there is then is asked a moment later.
  ask(what, name) {
    this.desk.ask(`preset/${what}`, name);
    setTimeout(() => this.desk.ask("list/presets"), SOON);
  }

  load(name) {
    if (this.desk.value("transport") === "playing") this.waits(name);
    this.ask("load", name);
  }

  save(event) {
    event.preventDefault();
    const field = find("preset-name");
    const name = field.value.trim();
    if (!name || (this.names.includes(name) && !this.over.sure())) return;
    this.ask("save", name);
    field.value = "";
    field.blur(); // the letters play again
  }

  async examine() {
    const list = find("findings");
    list.replaceChildren(make("li", { class: "none" }, say("doctor.busy")));
    const answer = await fetch("doctor").catch(() => null);
    if (!answer?.ok) {
      list.replaceChildren(make("li", { class: "none" }, say("doctor.failed")));
      return;
    }
    const findings = await answer.json();
    const lines = findings.map((finding) =>
      make("li", { "data-mark": finding.mark }, ...shown(finding)),
    );
    list.replaceChildren(...lines);
    translate(list);
  }
}

// Words of a reading are those of its address, where it has some of its own.
function shownAt(address, words) {
  const shown = words.map((word) => {
    if (typeof word === "number") return figure(word);
    if (address === "learning") return say(`name.${word}|action.${word}`, word);
    return say(`reading.${address}.${word}`, tell(word));
  });
  return shown.filter((word) => word !== "").join(" · ");
}

// A finding is words, or named words: what was looked at, how it stands (`mark`), and the rest.
function shown(finding) {
  if (typeof finding !== "object") return [String(finding)];
  const { mark, ...rest } = finding;
  const [head, ...lines] = Object.values(rest).filter((word) => word !== "" && word !== null);
  const stands = mark ? said("em", `mark.${mark}`, mark) : null;
  return [make("b", {}, said("span", `check.${head}`, String(head)), stands), ...lines.map((line) => told("span", String(line)))];
}
