// Makes elements of the page, and remembers choices in this browser.

// Return an element; `what` has attributes, listeners (`onclick`) and `class`; null is left out.
export function make(tag, what = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(what)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

// An element whose words are said in the language chosen; `otherwise` where there are none.
export function said(tag, key, otherwise = key, what = {}) {
  return make(tag, { ...what, "data-say": key, "data-else": otherwise });
}

// An element that says what Antiphon has told.
export function told(tag, text, what = {}) {
  return make(tag, { ...what, "data-told": text });
}

export function find(id) {
  return document.getElementById(id);
}

// Show or hide an element.
export function reveal(element, shown) {
  element.toggleAttribute("hidden", !shown);
}

export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function recall(name, otherwise = null) {
  try {
    return localStorage.getItem(`antiphon.${name}`) ?? otherwise;
  } catch {
    return otherwise; // a browser that keeps nothing
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`antiphon.${name}`, value);
  } catch {
    // It is asked again next time.
  }
}
