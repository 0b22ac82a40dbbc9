// Says a JSON list of sentences in Russian: [what is told of each, all keys there are words for].
//
// `node tell.mjs FOLDER`, where FOLDER has the page's modules; the list comes by standard input.

import { readFileSync } from "node:fs";

const from = (name) => import(`${process.argv[2]}/${name}`);
const [{ Phrasebook, fill }, { TOLD }, { WORDS }] = await Promise.all(
  ["told.js", "russian/told.js", "words.js"].map(from),
);
const book = new Phrasebook("ru", TOLD);
const said = JSON.parse(readFileSync(0, "utf8")).map((text) => book.tell(text));
const inputs = [1, 2, 5].map((n) => fill(WORDS.ru["midi.inputs"], { n }, "ru"));
process.stdout.write(JSON.stringify({ said, keys: Object.keys(WORDS.ru), inputs }));
