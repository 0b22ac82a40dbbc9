// The computer keyboard as a piano: two rows of letters, by their place and not by what is on them.

const ROW = [
  "KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ",
  "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon", "Quote",
];
const DOWN = "KeyZ";
const UP = "KeyX";
const WRITING = "input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [contenteditable]";

// What is printed on the keys, by semitones above the keyboard's home.
export const LETTERS = new Map(
  ROW.map((code, n) => [n, { Semicolon: ";", Quote: "'" }[code] ?? code.slice(3)]),
);

// Let the letters play `keyboard`; `panic` is what Escape does, wherever one is writing: a field
// gives up what was typed, and lets go.
export function play(keyboard, hands, panic) {
  const held = new Map(); // code -> pitch
  const escape = (field) => {
    field?.blur();
    panic();
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = event.target.closest?.(WRITING);
    if (event.key === "Escape") escape(field);
    if (field || event.repeat || held.has(event.code)) return;
    if (event.code === DOWN) keyboard.shift(-1);
    if (event.code === UP) keyboard.shift(1);
    const above = ROW.indexOf(event.code);
    if (above < 0) return;
    event.preventDefault();
    const pitch = keyboard.home + above;
    held.set(event.code, pitch);
    hands.press(pitch, event.shiftKey ? 118 : 88);
  });
  addEventListener("keyup", (event) => {
    // Of an open list that it closes, the page hears only this.
    if (event.key === "Escape" && event.target.matches?.("select")) escape(event.target);
    if (!held.has(event.code)) return;
    hands.lift(held.get(event.code));
    held.delete(event.code);
  });
  addEventListener("blur", () => {
    held.clear();
    hands.leave();
  });
}
