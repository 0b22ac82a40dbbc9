// The takes: played in the browser, downloaded, or dragged out of the page into the DAW.

import { find, make, reveal, said } from "./dom.js";
import { language, onLanguage, say, translate } from "./language.js";
import { readMidi } from "./smf.js";
import { DRUM_CHANNEL, voiceOfProgram } from "./timbres.js";

const SHOWN = 8; // until more are asked for
const EVERY = 40; // ms between two looks while a take is played
const LOOKAHEAD = 0.2; // seconds
const TYPE = "audio/midi";

export class Takes {
  constructor(desk, sound) {
    this.desk = desk;
    this.sound = sound;
    this.rows = [];
    this.shown = SHOWN;
    this.playing = ""; // the name of the take that sounds
    this.timer = null;
    desk.onTable(() => {
      reveal(find("takes"), desk.hasRoute("/takes"));
      this.refresh();
    });
    desk.on("take/file", () => this.refresh());
    onLanguage(() => this.draw());
    find("takes-more").addEventListener("click", () => {
      this.shown = Infinity;
      this.draw();
    });
  }

  async refresh() {
    if (!this.desk.hasRoute("/takes")) return;
    const answer = await fetch("takes").catch(() => null);
    if (!answer?.ok) return;
    this.rows = await answer.json();
    this.draw();
  }

  draw() {
    const lines = this.rows.slice(0, this.shown).map((row) => this.line(row));
    const none = said("li", "takes.none", "", { class: "none" });
    find("takes-list").replaceChildren(...(lines.length ? lines : [none]));
    reveal(find("takes-more"), this.rows.length > this.shown);
    translate(find("takes"));
  }

  line({ name, time }) {
    const href = `takes/${encodeURIComponent(name)}`;
    const when = new Date(time * 1000).toLocaleString(language(), {
      day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
    const sounds = this.playing === name;
    const play = make("button", {
      type: "button", class: "mini play", "aria-pressed": String(sounds),
      "aria-label": `${say(sounds ? "take.stop" : "take.play")} ${name}`,
      onclick: () => (this.playing === name ? this.stop() : this.play(name, href)),
    }, sounds ? "■" : "▶");
    const link = make("a", {
      href, download: name, draggable: "true", class: "take", title: say("take.drag"),
      ondragstart: (event) => {
        const url = new URL(href, location.href).href;
        event.dataTransfer.setData("DownloadURL", `${TYPE}:${name}:${url}`);
        event.dataTransfer.effectAllowed = "copy";
      },
    }, make("span", {}, when), make("small", {}, name));
    return make("li", {}, play, link);
  }

  async play(name, href) {
    this.stop();
    const answer = await fetch(href).catch(() => null);
    if (!answer?.ok) return this.refresh();
    const notes = readMidi(await answer.arrayBuffer());
    if (!this.sound.on) this.sound.turn(true);
    await this.sound.wake();
    if (!this.sound.awake) return;
    this.playing = name;
    this.begin(notes);
    this.draw();
  }

  begin(notes) {
    const { context } = this.sound;
    const zero = context.currentTime + 0.1 - (notes[0]?.start ?? 0);
    let next = 0;
    this.held = new Set();
    this.timer = setInterval(() => {
      while (next < notes.length && zero + notes[next].start < context.currentTime + LOOKAHEAD) {
        this.strike(notes[next], zero);
        next += 1;
      }
      const last = notes.reduce((end, note) => Math.max(end, note.end), 0);
      if (next >= notes.length && context.currentTime > zero + last) this.stop();
    }, EVERY);
  }

  strike({ start, end, channel, pitch, velocity, program }, zero) {
    const voice = channel === DRUM_CHANNEL ? "drums" : voiceOfProgram(program);
    const handle = this.sound.strike(voice, pitch, velocity, zero + start);
    if (!handle) return;
    handle.release(zero + end);
    this.held.add(handle);
  }

  stop() {
    if (!this.playing) return;
    clearInterval(this.timer);
    for (const handle of this.held) handle.kill(this.sound.context.currentTime);
    this.held.clear();
    this.playing = "";
    this.draw();
  }
}
