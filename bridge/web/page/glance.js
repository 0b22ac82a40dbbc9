// What is seen at two metres: state, tempo, bar and beat, key, chord, lateness, model.

import { find, make, reveal, write } from "./dom.js";
import { figure, onLanguage, say, tell } from "./language.js";

export class Glance {
  constructor(desk, clock, wire) {
    this.desk = desk;
    this.clock = clock;
    this.open = false;
    this.beats = 0;
    this.lit = -1;
    wire.onChange((open) => {
      this.open = open;
      this.state();
    });
    for (const address of ["state", "transport", "clock/source"]) desk.on(address, () => this.state());
    for (const address of ["key/heard", "key", "chord"]) desk.on(address, () => this.music());
    for (const address of ["late", "latency", "device"]) desk.on(address, () => this.engine());
    for (const side of ["meter/beats", "meter/unit"]) desk.on(side, () => this.meter());
    onLanguage(() => {
      this.state();
      this.music();
      this.engine();
    });
  }

  state() {
    const state = this.open ? this.desk.value("state", "starting") : "lost";
    document.documentElement.dataset.state = state;
    document.documentElement.dataset.playing = Number(this.desk.value("transport") === "playing");
    write(find("state"), say(`state.${state}`, state));
    const stands = this.desk.value("transport") === "stopped" && state === "armed";
    const hint = stands ? `hint.stopped.${this.desk.value("clock/source")}|hint.stopped` : `hint.${state}`;
    write(find("state-hint"), say(hint, ""));
  }

  music() {
    const heard = this.desk.value("key/heard") || "–";
    const asked = this.desk.value("key", "off");
    const key = ["off", "auto"].includes(asked) ? heard : asked;
    write(find("key"), say(`choice.${key}`, key));
    reveal(find("chord-box"), this.desk.hasReading("chord"));
    write(find("chord"), String(this.desk.value("chord") || "–"));
  }

  engine() {
    const [timely = 0, late = 0, snapped = 0, dropped = 0] = this.desk.values.get("late") ?? [];
    const missed = late + snapped + dropped;
    write(find("late"), missed ? `${missed} / ${timely + missed}` : say("late.none"));
    find("late").classList.toggle("bad", late + dropped > 0);
    const [step = 0] = this.desk.values.get("latency") ?? [];
    write(find("latency"), step ? `${figure(step, 1)} ${say("ms")}` : "–");
    const [model = "", provider = ""] = this.desk.values.get("device") ?? [];
    write(find("device"), model || "–");
    write(find("provider"), tell(provider));
  }

  meter() {
    const beats = this.desk.value("meter/beats", 4);
    this.clock.setMeter(beats, Number(this.desk.value("meter/unit", "4")));
    if (beats === this.beats) return;
    this.beats = beats;
    find("beats").replaceChildren(...Array.from({ length: beats }, () => make("i")));
    this.lit = -1;
  }

  // Once a frame: what moves with the song.
  draw() {
    const { bar, beat } = this.clock.place();
    write(find("bar"), String(bar));
    write(find("beat"), String(beat));
    write(find("tempo"), figure(this.clock.line.bpm, 1));
    const lit = this.clock.playing ? beat : 0;
    if (lit === this.lit) return;
    this.lit = lit;
    [...find("beats").children].forEach((dot, n) => dot.classList.toggle("on", n + 1 === lit));
  }
}
