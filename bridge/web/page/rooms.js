// The side rooms: presets, readings and the doctor; each is there when the table has what it needs.

import { find, make, reveal, said, write } from "./dom.js";
import { say, translate } from "./language.js";
import { doubt } from "./sure.js";

const SOON = 400; // ms

export class Rooms {
  constructor(desk) {
    this.desk = desk;
    this.heard = [];
    this.names = []; // of presets
    this.over = doubt(find("preset-save"), "preset.over");
    desk.onTable(() => this.draw());
    desk.on("list/presets", (...names) => this.presets(names));
    desk.on("preset", (name = "", turned = "") => write(find("preset"), `${name}${turned}`));
    find("preset-form").addEventListener("submit", (event) => this.save(event));
    find("preset-name").addEventListener("input", () => this.over.calm());
    find("examine").addEventListener("click", () => this.examine());
  }

  draw() {
    const { desk } = this;
    reveal(find("presets"), desk.hasList("presets"));
    reveal(find("doctor"), desk.hasRoute("/doctor"));
    for (const [address, listener] of this.heard) desk.off(address, listener);
    this.heard = [];
    find("readings-list").replaceChildren(...desk.table.readings.map((row) => this.reading(row)));
    write(find("version"), desk.table.version);
    translate(find("readings"));
  }

  reading(row) {
    const value = make("dd", {});
    const listener = (...words) => write(value, words.join("  ") || "–");
    this.heard.push([row.address, listener]);
    this.desk.on(row.address, listener);
    return make("div", { title: row.help }, make("dt", {}, row.address), value);
  }

  presets(names) {
    this.names = names;
    const rows = names.map((name) => this.preset(String(name)));
    const none = said("li", "presets.none", "", { class: "none" });
    find("presets-list").replaceChildren(...(rows.length ? rows : [none]));
    translate(find("presets"));
  }

  preset(name) {
    const load = make("button", {
      type: "button", class: "name", onclick: () => this.ask("load", name),
    }, name);
    const cross = make("button", {
      type: "button", class: "mini", "data-say-label": "preset.delete", "data-of": name,
      onclick: () => gone.sure() && this.ask("delete", name),
    }, "×");
    const gone = doubt(cross, "preset.gone");
    return make("li", {}, load, cross);
  }

  // Files are written beside the music: what there is then is asked a moment later.
  ask(what, name) {
    this.desk.ask(`preset/${what}`, name);
    setTimeout(() => this.desk.ask("list/presets"), SOON);
  }

  save(event) {
    event.preventDefault();
    const field = find("preset-name");
    const name = field.value.trim();
    if (!name || (this.names.includes(name) && !this.over.sure())) return;
    this.ask("save", name);
    field.value = "";
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

// A finding is words, or named words: what was looked at, how it stands (`mark`), and the rest.
function shown(finding) {
  if (typeof finding !== "object") return [String(finding)];
  const { mark, ...rest } = finding;
  const [head, ...lines] = Object.values(rest).filter((word) => word !== "" && word !== null);
  const stands = mark ? said("em", `mark.${mark}`, mark) : null;
  return [make("b", {}, said("span", `check.${head}`, String(head)), stands), ...lines.map((line) => make("span", {}, String(line)))];
}
