// Finds the words for what Antiphon tells in English: templates, matched against what arrives.
//
// A template has names in braces: `MIDI {kind} {name} is gone`. Its line in another language has
// the same names; what they stand for is translated in its turn where that can be. There
// `{bpm:number}` writes a number as that language does, and `{n:note|notes}` is a word in the form
// that goes with a number: of its forms those of Intl.PluralRules, in the order one, few, many.

const JOINT = "; "; // between sentences that are told in one line
const HOLE = /\{(\w+)(?::([^}]+))?\}/g;
const QUOTED = /(^|[\s(,:])(['"])(.*?)\2(?=$|[\s),:;.])/g;
const KEPT = 500; // answers that are remembered

// Return a template with values in its holes; of a number, `{n:a|b|c}` takes the form.
export function fill(template, values, language, said = String) {
  return template.replace(HOLE, (_, name, manner) => {
    const value = values[name];
    if (!manner) return said(value, name);
    if (manner === "number") return figure(value, language);
    return form(Number(value), manner.split("|"), language);
  });
}

// Return a number as a language writes it, with `digits` after the point or as many as it has.
export function figure(value, language, digits = null) {
  const number = Number(value);
  if (value === "" || Number.isNaN(number)) return String(value);
  return format(language, digits).format(number);
}

const formats = new Map();

function format(language, digits) {
  const key = `${language} ${digits}`;
  if (!formats.has(key)) {
    const limits = { minimumFractionDigits: digits ?? 0, maximumFractionDigits: digits ?? 3 };
    formats.set(key, new Intl.NumberFormat(language, { useGrouping: false, ...limits }));
  }
  return formats.get(key);
}

function form(number, forms, language) {
  const rules = new Intl.PluralRules(language);
  const order = ["one", "few", "many"].filter((name) => forms.length > 2 || name !== "few");
  const place = order.indexOf(rules.select(number));
  return forms[place < 0 ? 1 : place]; // a fraction takes the form of few
}

export class Phrasebook {
  // `lines`: template -> its line; `words`: name of a hole -> what stands there -> its word;
  // `names`: address -> what a parameter or button is called.
  constructor(language, { lines, words, names }) {
    this.language = language;
    this.words = words;
    this.names = names;
    this.known = new Map(); // what was told lately
    this.lines = Object.entries(lines).map(([template, line]) => ({ ...pattern(template), line }));
    this.lines.sort((one, other) => other.weight - one.weight); // the most particular first
  }

  // Return what was told in this language, as far as there are words for it.
  tell(text) {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const told = this.find(text) ?? this.tellParts(text.split(JOINT));
    if (this.known.size >= KEPT) this.known.clear();
    this.known.set(text, told);
    return told;
  }

  // Take as much of it together as one line tells, and go on with the rest.
  tellParts(parts) {
    for (let count = parts.length; count > 0; count -= 1) {
      const told = this.find(parts.slice(0, count).join(JOINT));
      if (told === null && count > 1) continue;
      const rest = parts.slice(count);
      return [told ?? quoted(parts[0]), ...(rest.length ? [this.tellParts(rest)] : [])].join(JOINT);
    }
    return "";
  }

  // Return the line that fits all of a text, null where none does.
  find(text) {
    for (const { expression, names, line } of this.lines) {
      const match = expression.exec(text);
      if (!match) continue;
      const values = Object.fromEntries(names.map((name, n) => [name, match[n + 1]]));
      return fill(line, values, this.language, (value, name) => this.say(value, name));
    }
    return null;
  }

  // What stands in a hole: a word of its own, a parameter, or something that is told itself.
  say(value, name) {
    const word = this.words[name]?.[value];
    if (word !== undefined) return word;
    const address = value.replace(/^\/jam\//, "");
    if (name === "address" && address in this.names) return `«${this.names[address]}» (${value})`;
    return this.tell(value);
  }
}

// A hole that is not the last holds one sentence at most, so that two lines are not taken for one;
// an address holds no spaces.
function pattern(template) {
  const names = [];
  const pieces = template.split(/\{(\w+)\}/);
  const source = pieces.map((piece, n) => {
    if (n % 2 === 0) return piece.replace(/[.*+?^$()|[\]\\{}]/g, "\\$&");
    names.push(piece);
    if (piece === "address") return "(\\S+?)";
    const last = n === pieces.length - 2 && pieces.at(-1) === "";
    return last ? "(.+)" : `((?:(?!${JOINT}).)+?)`;
  });
  const weight = pieces.filter((_, n) => n % 2 === 0).join("").length;
  return { expression: new RegExp(`^${source.join("")}$`, "s"), names, weight };
}

function quoted(text) {
  return text.replace(QUOTED, "$1«$3»");
}
