// Parameters in English, by address, where an address alone says too little.

const NAMES = {
  top_p: "likeliest share (top p)", top_k: "likeliest choices (top k)",
  "response/bars": "length of the answer in bars", horizon: "drawn ahead", commit: "promised ahead",
  "call/end": "ends with", "call/silence": "silence", "call/bars": "at most, in bars",
  "call/min": "at least", quant: "answer begins on", yield: "gives way when you play",
  pace: "character of the tempo", "range/low": "lowest", "range/high": "highest",
  "velocity/scale": "loudness", "voice/player": "your instrument",
  "voice/answer": "instrument of the answer", "channel/out": "channel of the answer",
  "clock/source": "who sets the tempo", "clock/link": "Ableton Link", "clock/bpm": "own tempo, BPM",
  "live/follow": "follow Live", "meter/beats": "beats", "meter/unit": "note value",
  "late/policy": "what becomes of them", "late/limit": "tolerance", "latency/offset": "sent earlier by",
  "control/takeover": "soft takeover",
};

const CHOICES = {
  "2bar": "2 bars", "4bar": "4 bars", "call/end.any": "any", "call/end.manual": "by hand",
  "key.off": "all notes", "key.auto": "the one heard",
  "yield.stop": "at once", "yield.ignore": "never", clock: "as it is now", same: "the same as yours",
  "late/policy.snap": "to the grid", "late/policy.drop": "leave out", internal: "our own",
  midi: "MIDI", link: "Link", jack: "JACK",
};

function under(prefix, words) {
  return Object.fromEntries(Object.entries(words).map(([key, word]) => [`${prefix}.${key}`, word]));
}

export const ENGLISH = { ...under("name", NAMES), ...under("choice", CHOICES) };
