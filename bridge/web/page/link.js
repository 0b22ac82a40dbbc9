// The link for a phone, as text and as a QR code; only this machine's own browser is told.

import { find, reveal, write } from "./dom.js";

export function link(desk) {
  const room = find("link");
  desk.onTable(async () => {
    reveal(room, false);
    if (!desk.hasRoute("/link")) return;
    const answer = await fetch("link").catch(() => null);
    if (answer?.status !== 200) return;
    write(find("link-url"), (await answer.json()).url);
    find("link-picture").setAttribute("src", "link.svg");
    reveal(room, true);
  });
}
