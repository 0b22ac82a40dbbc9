// What Antiphon has told: the table, every value by its address, the lists; and how to ask for more.

const ROOT = "/jam/";

export class Desk {
  constructor(wire) {
    this.wire = wire;
    this.table = { params: [], actions: [], readings: [], lists: [], voices: [], routes: [] };
    this.values = new Map(); // address -> arguments
    this.listeners = new Map(); // address -> functions of the arguments
    this.tables = []; // functions of nothing: the table is another
    wire.on("/panel/table", (table) => this.learn(table));
    wire.onEvery((address, words) => {
      if (address.startsWith(ROOT)) this.take(address.slice(ROOT.length), words);
    });
  }

  learn(table) {
    const same = JSON.stringify(table) === JSON.stringify(this.table);
    this.table = table;
    if (!same) for (const tell of this.tables) tell();
    for (const name of table.lists) this.ask(`list/${name}`);
  }

  take(address, words) {
    this.values.set(address, words);
    for (const tell of this.listeners.get(address) ?? []) tell(...words);
  }

  onTable(listener) {
    this.tables.push(listener);
  }

  // Hear the values of an address, beginning with the last.
  on(address, listener) {
    const known = this.listeners.get(address);
    if (known) known.push(listener);
    else this.listeners.set(address, [listener]);
    if (this.values.has(address)) listener(...this.values.get(address));
  }

  // Hear nothing more of what was asked for by a part of the page that is drawn anew.
  off(address, listener) {
    const known = this.listeners.get(address) ?? [];
    this.listeners.set(address, known.filter((other) => other !== listener));
  }

  value(address, otherwise = "") {
    return this.values.get(address)?.[0] ?? otherwise;
  }

  hasReading(address) {
    return this.table.readings.some((row) => row.address === address);
  }

  hasList(name) {
    return this.table.lists.includes(name);
  }

  hasAction(name) {
    return this.table.actions.includes(name);
  }

  hasRoute(path) {
    return this.table.routes.includes(path);
  }

  set(address, value) {
    this.wire.say(ROOT + address, value);
  }

  press(action) {
    this.wire.say(ROOT + action);
  }

  ask(address, ...words) {
    this.wire.say(ROOT + address, ...words);
  }
}
