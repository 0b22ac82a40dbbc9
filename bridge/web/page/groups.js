// Which parameters belong together: read from the table, so that a new one finds its place itself.
//
// An address in parts belongs with those that share its first part, if there are others. Of the
// rest: what may be left free, or is said in words, is a wish; names and choices are manners;
// numbers are dials.

const FREE = "free";
const ALONE = "other";

function groupOf(row, shared) {
  const [first, ...rest] = row.address.split("/");
  if (rest.length) return shared.get(first) > 1 ? first : ALONE;
  if (shared.get(first) > 1) return first;
  if (row.type !== "str") return "dials";
  const said = !row.choices.length && row.high > 0;
  return said || row.choices.includes(FREE) ? "wishes" : "manners";
}

// Return [name, rows] of each group, in the table's order, wishes first, what stands alone last.
export function groups(rows) {
  const shared = new Map();
  for (const { address } of rows) {
    const [first, ...rest] = address.split("/");
    if (rest.length) shared.set(first, (shared.get(first) ?? 0) + 1);
  }
  const found = new Map([["wishes", []]]);
  for (const row of rows) {
    const name = groupOf(row, shared);
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(row);
  }
  const last = ([name]) => Number(name === ALONE);
  return [...found].filter(([, members]) => members.length).sort((a, b) => last(a) - last(b));
}

// What an address is called where its group is named already.
export function plainName(address, group) {
  const inside = address.startsWith(`${group}/`) ? address.slice(group.length + 1) : address;
  return inside.replaceAll("_", " ").replaceAll("/", " ");
}
