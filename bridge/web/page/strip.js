// What stays in sight when the top has scrolled away: state, tempo, place, chord and Panic.

import { find, reveal, write } from "./dom.js";
import { figure } from "./language.js";

export class Strip {
  // `away` is what must have scrolled away; `panic` is what the button does.
  constructor(desk, clock, away, panic) {
    this.desk = desk;
    this.clock = clock;
    this.place = find("strip");
    this.shown = false;
    find("strip-panic").addEventListener("click", panic);
    new IntersectionObserver(([{ isIntersecting, boundingClientRect }]) => {
      this.shown = !isIntersecting && boundingClientRect.bottom <= 0;
      this.draw();
      reveal(this.place, this.shown);
    }).observe(away);
  }

  // Once a frame; what is not seen is not drawn.
  draw() {
    if (!this.shown) return;
    const { bar, beat } = this.clock.place();
    write(find("strip-state"), find("state").textContent);
    write(find("strip-tempo"), `${figure(this.clock.line.bpm, 1)} BPM`);
    write(find("strip-place"), `${bar}.${beat}`);
    write(find("strip-chord"), String(this.desk.value("chord")));
  }
}
