// A browser on a line: reads JSON lines of [what, ...words], answers each with one of [ok, result].
//
// `open url options` opens a page and is answered with its number; `page number method ...` calls a
// method of it, functions being text; `key`, `mouse` do the same for its keyboard and mouse; `touch`
// puts fingers on it (touchStart, touchMove, touchEnd, touchCancel); `asked` tells which addresses it
// has asked for and `complaints` what it has complained of.

import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const QUIET = [
  "--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-gpu",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
];
const PATIENCE = 20000; // ms
const LOOK = 20; // ms

const browser = await chromium.launch({ executablePath: process.argv[2], headless: true, args: QUIET });
const pages = [];

async function open(url, options) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  const seen = { page, asked: [], complaints: [] };
  page.setDefaultTimeout(PATIENCE);
  page.on("request", (request) => seen.asked.push(request.url()));
  page.on("websocket", (socket) => seen.asked.push(socket.url()));
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("console", (line) => line.type() === "error" && seen.complaints.push(line.text()));
  pages.push(seen);
  await page.goto(url);
  return pages.length - 1;
}

async function obey([what, ...words]) {
  if (what === "open") return open(...words);
  const [number, method, ...rest] = words;
  const { page, asked, complaints } = pages[number];
  switch (what) {
    case "asked": return asked;
    case "complaints": return complaints;
    case "key": return page.keyboard[method](...rest);
    case "mouse": return page.mouse[method](...rest);
    case "touch": return touch(pages[number], method, ...rest);
    case "download": {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(method)]);
      await download.saveAs(rest[0]);
      return download.suggestedFilename();
    }
    case "until": return until(page, method);
    default: return page[method](...rest);
  }
}

// Fingers, each { x, y, id }, as the DevTools protocol has them; playwright has but one that taps.
async function touch(seen, type, touchPoints) {
  seen.session ??= await seen.page.context().newCDPSession(seen.page);
  await seen.session.send("Input.dispatchTouchEvent", { type, touchPoints });
}

// The page's policy forbids it to evaluate text, so it is asked again and again from outside.
async function until(page, expression) {
  const end = Date.now() + PATIENCE;
  while (!(await page.evaluate(`Boolean(${expression})`))) {
    if (Date.now() > end) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = [true, (await obey(JSON.parse(line))) ?? null];
  } catch (error) {
    answer = [false, String(error)];
  }
  if (typeof answer[1] === "object" && answer[1]?.constructor?.name === "Response") answer[1] = null;
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
