// Keyboards plugged into this computer, by Web MIDI, where the browser has it.

let asked = null; // the one access there is: a second would tell us each key once more

export function hasMidi() {
  return typeof navigator.requestMIDIAccess === "function";
}

// Whether this page may listen already, without asking anybody.
export async function isAllowed() {
  const may = await navigator.permissions?.query({ name: "midi" }).catch(() => null);
  return may?.state === "granted";
}

// Listen to every input there is and will be, and tell how many there are whenever that changes;
// null where none may be: refused, or no MIDI system. It may be asked again.
export async function listen(hands, changed) {
  asked ??= navigator.requestMIDIAccess();
  let access;
  try {
    access = await asked;
  } catch {
    asked = null;
    changed(null);
    return;
  }
  const attach = () => {
    const inputs = [...access.inputs.values()].filter(({ state }) => state === "connected");
    for (const input of inputs) {
      input.onmidimessage = ({ data: [status, data1, data2 = 0] }) => {
        if (status >= 0x80 && status < 0xc0) hands.send(status, data1, data2);
      };
    }
    changed(inputs.length);
  };
  access.onstatechange = ({ port }) => {
    if (port.type === "input" && port.state === "disconnected") hands.leave();
    attach();
  };
  attach();
}
