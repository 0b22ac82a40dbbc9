// Which parameters belong together: read from the table, so that a new one finds its place itself.
//
// An address in parts belongs with those that share its first part; one that has no such others,
// with the row before it in the table, unless it is about something else (OWN). Of the rest: what may be left free, or is said in words, is
// a wish; names and choices are manners; numbers are dials.

const FREE = "free";
const OWN = ["control"]; // a group even of one row

function groupOf(row, shared, before) {
  const [first, ...rest] = row.address.split("/");
  if (shared.get(first) > 1 || (rest.length && OWN.includes(first))) return first;
  if (rest.length) return before;
  if (row.type !== "str") return "dials";
  const said = !row.choices.length && row.high > 0;
  return said || row.choices.includes(FREE) ? "wishes" : "manners";
}

// Return [name, rows] of each group, in the table's order, wishes first.
export function groups(rows) {
  const shared = new Map();
  for (const { address } of rows) {
    const [first, ...rest] = address.split("/");
    if (rest.length) shared.set(first, (shared.get(first) ?? 0) + 1);
  }
  const found = new Map([["wishes", []]]);
  let name = "dials";
  for (const row of rows) {
    name = groupOf(row, shared, name);
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(row);
  }
  return [...found].filter(([, members]) => members.length);
}

// What a row is called: without its group, unless what is left is its unit, or a switch's bare name.
export function plainName(row, group) {
  const { address, unit } = row;
  const inside = address.startsWith(`${group}/`) ? address.slice(group.length + 1) : address;
  const bare = repeats(inside, unit) || row.choices.includes("on");
  return (bare ? address : inside).replaceAll("_", " ").replaceAll("/", " ");
}

// The unit, where the name does not say it already.
export function plainUnit({ address, unit }) {
  return repeats(address, unit) ? "" : unit;
}

function repeats(address, unit) {
  return unit !== "" && address.split("/").at(-1).toLowerCase() === unit.toLowerCase();
}
