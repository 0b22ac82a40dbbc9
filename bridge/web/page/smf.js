// Reads a Standard MIDI File: its notes in seconds, with the instrument each is for.

const TEMPO = 0x51;
const USUAL = 500000; // microseconds of a quarter note until the file says otherwise

// Return notes { start, end, channel, pitch, velocity, program }, by their start.
export function readMidi(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0) !== 0x4d546864) throw new Error("not a MIDI file");
  const perBeat = view.getUint16(12);
  const events = [];
  let at = 8 + view.getUint32(4);
  while (at + 8 <= view.byteLength) {
    const length = view.getUint32(at + 4);
    if (view.getUint32(at) === 0x4d54726b) readTrack(view, at + 8, at + 8 + length, events);
    at += 8 + length;
  }
  events.sort((a, b) => a.tick - b.tick || a.order - b.order);
  return paired(events, perBeat);
}

function readTrack(view, start, end, events) {
  let at = start;
  let tick = 0;
  let status = 0;
  const length = () => {
    let value = 0;
    for (;;) {
      const byte = view.getUint8(at);
      at += 1;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  };
  while (at < end) {
    tick += length();
    if (view.getUint8(at) >= 0x80) status = view.getUint8(at++);
    if (status === 0xff) {
      const kind = view.getUint8(at++);
      const size = length();
      if (kind === TEMPO) {
        const micros = (view.getUint16(at) << 8) | view.getUint8(at + 2);
        events.push({ tick, order: 0, micros });
      }
      at += size;
    } else if (status >= 0xf0) {
      at += length();
    } else {
      const one = status >> 4 === 12 || status >> 4 === 13;
      const data1 = view.getUint8(at);
      const data2 = one ? 0 : view.getUint8(at + 1);
      at += one ? 1 : 2;
      const begins = status >> 4 === 9 && data2 > 0;
      events.push({ tick, order: begins ? 2 : 1, status, data1, data2 });
    }
  }
}

function paired(events, perBeat) {
  const notes = [];
  const open = new Map(); // channel and pitch -> note
  const programs = new Map();
  let [second, tick, micros] = [0, 0, USUAL];
  for (const event of events) {
    second += ((event.tick - tick) * micros) / perBeat / 1e6;
    tick = event.tick;
    if (event.micros) {
      micros = event.micros;
      continue;
    }
    const { status, data1, data2 } = event;
    const channel = status & 15;
    const key = channel * 128 + data1;
    if (status >> 4 === 12) programs.set(channel, data1);
    if (status >> 4 !== 8 && status >> 4 !== 9) continue;
    const before = open.get(key);
    if (before) before.end = second;
    open.delete(key);
    if (event.order !== 2) continue;
    const program = programs.get(channel) ?? 0;
    const note = { start: second, end: second + 1, channel, pitch: data1, velocity: data2, program };
    open.set(key, note);
    notes.push(note);
  }
  return notes;
}
