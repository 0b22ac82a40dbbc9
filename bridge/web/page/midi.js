// Keyboards plugged into this computer, by Web MIDI, where the browser has it.

export function hasMidi() {
  return typeof navigator.requestMIDIAccess === "function";
}

// Listen to every input there is and will be; return how many there are, or null where none may be.
export async function listen(hands, changed) {
  let access;
  try {
    access = await navigator.requestMIDIAccess();
  } catch {
    return null; // refused, or no MIDI system
  }
  const attach = () => {
    for (const input of access.inputs.values()) {
      input.onmidimessage = ({ data: [status, data1, data2 = 0] }) => {
        if (status >= 0x80 && status < 0xc0) hands.send(status, data1, data2);
      };
    }
    return access.inputs.size;
  };
  access.onstatechange = (event) => {
    if (event.port.type === "input" && event.port.state === "disconnected") hands.leave();
    changed(attach());
  };
  return attach();
}
