// Shows messages as they arrive: requests this page every two seconds and replaces its messages.
// Without JavaScript the user has the reload link.

import { localise } from "./times.js";

const PAUSE = 2000; // milliseconds

const list = document.getElementById("messages");
const summary = document.getElementById("summary");
const TO_THE_SECOND = { dateStyle: "medium", timeStyle: "medium" };
let shown = list.innerHTML; // as the server wrote it

function times() {
  return [...list.querySelectorAll("time")];
}

function tellLocalTime() {
  localise(list, TO_THE_SECOND);
}

function show(page) {
  const fresh = page.getElementById("messages");
  if (fresh.innerHTML === shown) return;
  const known = new Set(times().map((time) => time.dateTime));
  shown = fresh.innerHTML;
  list.replaceChildren(...fresh.children);
  summary.textContent = page.getElementById("summary").textContent;
  for (const time of times()) time.closest("li").classList.toggle("new", !known.has(time.dateTime));
  tellLocalTime();
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`The inbox answered ${answer.status}`);
  show(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

function live(isLive) {
  document.getElementById("live").hidden = !isLive;
  document.getElementById("reload").hidden = isLive;
}

async function watch() {
  if (!document.hidden) await refresh().then(() => live(true), () => live(false));
  setTimeout(watch, PAUSE);
}

tellLocalTime();
live(true);
setTimeout(watch, PAUSE);
