// The song's clock in the browser: beats, Antiphon's monotonic seconds and performance.now().

const KEPT = 24; // round trips; of them the quickest tells our seconds best
const QUICK = 8; // round trips at the beginning, one right after the other
const EVERY = 3000; // ms between two of them from then on
const LEAP = 0.5; // beats: a line that is so much elsewhere is another place of the song

export class Clock {
  constructor(wire, now = () => performance.now()) {
    this.wire = wire;
    this.now = now; // ms
    this.trips = []; // { delay, offset } in seconds
    this.offset = null; // Antiphon's seconds less ours
    this.line = { second: 0, beat: 0, bpm: 120, playing: false, away: 0 };
    this.known = false; // whether a pulse was heard
    this.leaps = []; // functions of { stopped, back }
    this.barBeats = 4; // quarter notes
    this.beatUnit = 4;
    wire.on("/panel/time", (theirs, ours) => this.measure(theirs, ours));
    wire.on("/panel/pulse", (...words) => this.follow(...words));
    wire.onChange((open) => open && this.begin());
    setInterval(() => this.ask(), EVERY);
  }

  begin() {
    this.trips = [];
    this.known = false;
    this.offset = null; // it may be another machine's
    this.ask();
  }

  ask() {
    this.wire.say("/panel/time", this.now() / 1000);
  }

  measure(sent, second) {
    const back = this.now() / 1000;
    this.trips.push({ delay: back - sent, offset: second - (sent + back) / 2 });
    if (this.trips.length < QUICK) this.ask();
    if (this.trips.length > KEPT) this.trips.shift();
    const best = this.trips.reduce((a, b) => (b.delay < a.delay ? b : a));
    this.offset = best.offset;
  }

  // Take over the clock's line; tell when the song stopped or is elsewhere.
  follow(second, beat, bpm, playing, away = 0) {
    const before = this.line;
    const expected = before.beat + ((second - before.second) * before.bpm) / 60;
    this.line = { second, beat, bpm, playing: Boolean(playing), away };
    if (this.known) {
      const stopped = before.playing && !playing;
      const leapt = playing && (!before.playing || Math.abs(beat - expected) > LEAP);
      if (stopped || leapt) {
        const back = beat < (before.playing ? expected : before.beat) - LEAP;
        for (const tell of this.leaps) tell({ stopped, back });
      }
    }
    this.known = true;
  }

  onLeap(listener) {
    this.leaps.push(listener);
  }

  get playing() {
    return this.known && this.line.playing;
  }

  // The beat of this moment; where a stopped song stands, while it stands.
  beat(ms = this.now()) {
    if (!this.playing || this.offset === null) return this.line.beat;
    const second = ms / 1000 + this.offset;
    return this.line.beat + ((second - this.line.second) * this.line.bpm) / 60;
  }

  // The performance.now() of a beat.
  moment(beat) {
    const second = this.line.second + ((beat - this.line.beat) * 60) / this.line.bpm;
    return (second - (this.offset ?? 0)) * 1000;
  }

  setMeter(beats, unit) {
    this.barBeats = (beats * 4) / unit;
    this.beatUnit = 4 / unit;
  }

  // The bar and the beat in it, both counted from 1, as the conductor counts.
  place(beat = this.beat()) {
    const counted = beat - this.line.away + 1e-6;
    const bar = Math.floor(counted / this.barBeats);
    const inside = counted - bar * this.barBeats;
    return { bar: bar + 1, beat: Math.floor(inside / this.beatUnit) + 1 };
  }
}
