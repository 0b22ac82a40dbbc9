// The socket to Antiphon: lines of an address and its arguments, both ways; it opens again by itself.

const SOONEST = 250; // ms until it is tried again; twice as long each time
const LATEST = 4000;

export class Wire {
  constructor(url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`) {
    this.url = url;
    this.listeners = new Map(); // address -> functions of its arguments
    this.every = []; // functions of (address, arguments)
    this.changes = []; // functions of whether the socket is open
    this.pause = SOONEST;
    this.socket = null;
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  on(address, listener) {
    const known = this.listeners.get(address);
    if (known) known.push(listener);
    else this.listeners.set(address, [listener]);
    return this;
  }

  onEvery(listener) {
    this.every.push(listener);
  }

  onChange(listener) {
    this.changes.push(listener);
  }

  // Send a line; one that cannot be sent is forgotten, since it would be late.
  say(address, ...words) {
    if (this.isOpen) this.socket.send(JSON.stringify([address, ...words]));
  }

  open() {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.pause = SOONEST;
      this.tell(true);
    };
    socket.onmessage = (event) => {
      for (const line of JSON.parse(event.data)) this.hear(line);
    };
    socket.onclose = () => {
      this.tell(false);
      setTimeout(() => this.open(), this.pause);
      this.pause = Math.min(this.pause * 2, LATEST);
    };
  }

  hear([address, ...words]) {
    for (const listener of this.listeners.get(address) ?? []) listener(...words);
    for (const listener of this.every) listener(address, words);
  }

  tell(open) {
    for (const listener of this.changes) listener(open);
  }
}
