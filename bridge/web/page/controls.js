// One parameter as something to turn: a fader with its number, choices, a switch, or text.

import { make, said } from "./dom.js";

const FEW = 5; // choices that are shown side by side
const SHORT = 26; // characters they may have together
const STEPS = 200; // of a fader over a range of numbers
const WIDE = 4096; // a range that no fader can cover
const OWN = 400; // ms after a hand let go in which the echo of its own way is not shown
const WALK = 100; // ms after a key in which a choice is one of those it walks through

// Return { element, show(value) }; `turn` takes the new value. `names` is a list to choose from.
export function control(row, id, turn, names = null) {
  const choices = names ?? row.choices;
  if (row.type !== "str") return number(row, id, turn);
  if (choices.length === 2 && choices.includes("off") && choices.includes("on")) {
    return toggle(row, id, turn);
  }
  if (names || choices.length > FEW || choices.join("").length > SHORT) {
    return select(row, id, turn, choices);
  }
  return choices.length ? segments(row, id, turn, choices) : text(row, id, turn);
}

function number(row, id, turn) {
  const whole = row.type === "int";
  const range = row.high - row.low;
  const step = whole ? 1 : nice(range / STEPS);
  const limits = { min: row.low, max: row.high };
  const field = make("input", {
    type: "number", id, class: "number", step: whole ? 1 : "any", inputmode: "decimal", ...limits,
    onchange: () => {
      if (field.value !== "") {
        put(within(row, Number(field.value)));
        turn(applied);
      }
      settle();
    },
    onblur: () => settle(),
    onkeydown: (event) => ends(event, settle),
  });
  let applied = row.default;
  let moved = -Infinity;
  let fader = null; // over a wide range there is none
  // Show what applies, whatever was typed.
  function settle() {
    field.value = whole ? applied : Number(applied.toFixed(3));
  }
  function put(value) {
    applied = value;
    if (document.activeElement !== field) settle();
    fader?.style.setProperty("--at", `${((value - row.low) / range) * 100}%`);
  }
  if (isWide(row)) return { element: make("div", { class: "fader" }, field), show: put };
  fader = make("input", {
    type: "range", class: "slide", step, "aria-labelledby": `${id}-label`,
    "aria-describedby": `${id}-help`, ...limits,
    oninput: () => {
      moved = performance.now();
      put(Number(fader.value));
      turn(Number(fader.value));
    },
  });
  const show = (value) => {
    if (performance.now() - moved < OWN) return;
    fader.value = value;
    put(value);
  };
  return { element: make("div", { class: "fader" }, fader, field), show };
}

// Whether no fader covers the numbers that a parameter may be.
export function isWide({ low, high }) {
  return high - low > WIDE;
}

// What the table makes of a number: it is brought to the limits, and whole where it must be.
function within(row, value) {
  const kept = Math.min(Math.max(value, row.low), row.high);
  return row.type === "int" ? Math.round(kept) : kept;
}

// The nearest of 1, 2 and 5 times a power of ten.
function nice(step) {
  const ten = 10 ** Math.floor(Math.log10(step));
  return Number((ten * [1, 2, 5].find((n) => n * ten >= step * 0.99 || n === 5)).toPrecision(1));
}

function toggle(row, id, turn) {
  const box = make("input", {
    type: "checkbox", id, role: "switch", class: "switch",
    onchange: () => turn(box.checked ? "on" : "off"),
  });
  return {
    element: box,
    show: (value) => {
      box.checked = value === "on";
    },
  };
}

function select(row, id, turn, choices) {
  let walked = -Infinity;
  const list = make(
    "select",
    {
      id,
      onkeydown: (event) => {
        walked = event.key === "Enter" ? -Infinity : performance.now();
      },
      onchange: () => {
        turn(list.value);
        // Once it is chosen the letters play again; arrow keys are not at their end yet.
        if (performance.now() - walked > WALK) list.blur();
      },
    },
    ...choices.map((choice) => option(row, choice)),
  );
  return {
    element: list,
    show: (value) => {
      if (![...list.options].some((choice) => choice.value === value)) list.append(option(row, value));
      list.value = value;
    },
  };
}

function option(row, choice) {
  return said("option", keyOf(row, choice), choice, { value: choice });
}

// The words of a choice are those of its parameter, where it has some of its own.
function keyOf({ address }, choice) {
  return `choice.${address}.${choice}|choice.${choice}`;
}

function segments(row, id, turn, choices) {
  const boxes = choices.map((choice) =>
    make("input", {
      type: "radio", name: id, value: choice, class: "quiet", onchange: () => turn(choice),
    }),
  );
  const labels = boxes.map((box, n) =>
    make("label", { class: "segment" }, box, said("span", keyOf(row, choices[n]), choices[n])),
  );
  const group = make(
    "div",
    { id, class: "segments", role: "radiogroup", "aria-labelledby": `${id}-label` },
    ...labels,
  );
  return {
    element: group,
    show: (value) => {
      for (const box of boxes) box.checked = box.value === value;
    },
  };
}

function text(row, id, turn) {
  let applied = row.default;
  const field = make("input", {
    type: "text", id, maxlength: row.high || null, autocomplete: "off", spellcheck: "false",
    "data-say-hint": `example.${row.address}`,
    onchange: () => turn(field.value),
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.isComposing) turn(field.value);
      ends(event, () => {
        field.value = applied;
      });
    },
  });
  return {
    element: field,
    show: (value) => {
      applied = value;
      if (document.activeElement !== field) field.value = value;
    },
  };
}

// Enter takes what was typed and Escape gives it up; after both the letters play again.
function ends(event, giveUp) {
  if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
  if (event.key === "Escape") giveUp();
  event.target.blur();
}
