// The notes there are: what was heard, what answers, what is planned; beats as on the song's line.

export const PLAYER = "player";
export const ANSWER = "answer";
const HISTORY = 64; // beats that are remembered
const MOST = 4000; // notes

export class Notes {
  // `beat` returns the beat of this moment.
  constructor(beat) {
    this.beat = beat;
    this.all = []; // { who, beat, length, channel, pitch, velocity, take }; length null: held
    this.held = new Map(); // channel and pitch -> note of the player
    this.changes = { begun: [], cut: [], gone: [] }; // functions of a note
    this.version = 0; // grows with each change
  }

  on(what, listener) {
    this.changes[what].push(listener);
  }

  hear(beat, status, pitch, velocity) {
    const kind = status & 0xf0;
    const channel = status & 0x0f;
    const key = channel * 128 + pitch;
    if (kind !== 0x80 && kind !== 0x90) return;
    this.lift(key, beat);
    if (kind === 0x90 && velocity > 0) {
      const note = { who: PLAYER, beat, length: null, channel, pitch, velocity, take: 0 };
      this.held.set(key, note);
      this.add(note);
    }
  }

  lift(key, beat) {
    const note = this.held.get(key);
    if (!note) return;
    note.length = Math.max(beat - note.beat, 0.02);
    this.held.delete(key);
    this.version += 1;
  }

  plan(beat, length, channel, pitch, velocity, take) {
    this.add({ who: ANSWER, beat, length, channel, pitch, velocity, take });
  }

  add(note) {
    this.all.push(note);
    this.version += 1;
    if (this.all.length > MOST) this.all.splice(0, this.all.length - MOST);
    for (const tell of this.changes.begun) tell(note);
  }

  // No more notes of a take begin; those that sound end by a beat.
  cancel(take, beat, now = this.beat()) {
    this.sift((note) => note.take !== take || note.who !== ANSWER || note.beat <= now);
    for (const note of this.all) if (note.who === ANSWER && note.take === take) this.cut(note, beat);
  }

  // What waits of a take from a beat on is taken back; what sounds goes on.
  retract(take, beat, now = this.beat()) {
    this.sift(
      (note) => note.who !== ANSWER || note.take !== take || note.beat < beat || note.beat <= now,
    );
  }

  // Draw what was before this page came: lines as they were told then.
  recall(lines) {
    for (const [address, ...words] of lines) {
      switch (address.split("/").at(-1)) {
        case "heard": this.hear(...words); break;
        case "play": this.plan(...words); break;
        case "cancel": this.cancel(...words, words[1]); break;
        case "retract": this.retract(...words, -Infinity); break;
        case "silence": this.silence(...words); break;
      }
    }
  }

  // Nothing sounds or waits any more.
  silence(beat = this.beat()) {
    for (const key of [...this.held.keys()]) this.lift(key, beat);
    this.sift((note) => note.who !== ANSWER || note.beat <= beat);
    for (const note of this.all) if (note.who === ANSWER) this.cut(note, beat);
  }

  clear() {
    this.silence();
    this.all = [];
    this.version += 1;
  }

  cut(note, beat) {
    if (note.beat + note.length <= beat) return;
    note.length = Math.max(beat - note.beat, 0.02);
    this.version += 1;
    for (const tell of this.changes.cut) tell(note);
  }

  sift(stays) {
    const gone = this.all.filter((note) => !stays(note));
    if (!gone.length) return;
    this.all = this.all.filter(stays);
    this.version += 1;
    for (const note of gone) for (const tell of this.changes.gone) tell(note);
  }

  // The pitches that the answer plays at a beat.
  answering(beat = this.beat()) {
    const pitches = new Set();
    for (const note of this.all) {
      if (note.who !== ANSWER || note.beat > beat || note.beat + note.length <= beat) continue;
      pitches.add(note.pitch);
    }
    return pitches;
  }

  // Forget what is long past.
  tidy() {
    const line = this.beat() - HISTORY;
    const past = (note) => note.length !== null && note.beat + note.length < line;
    if (this.all.some(past)) this.all = this.all.filter((note) => !past(note));
  }
}
