// Completes htmx when the list of invitees changes in place: local times, the size of the list when
// all numbers are shown, the keyboard focus, and an error message.

import { localise } from "./times.js";

const list = document.getElementById("invited");

function rows() {
  return list.querySelectorAll("#invited-rows > li");
}

function changed({ detail: { ctx } }) {
  localise(list);
  const size = list.querySelector("[name=size]");
  if (size) size.value = rows().length;
  if (ctx.sourceElement.id === "more") goTo(rows()[before]);
}

function goTo(row) {
  if (!row) return;
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
}

function failed() {
  const results = list.querySelector("#invited-results");
  const notice = document.createElement("p");
  notice.className = "notice error";
  notice.setAttribute("role", "alert");
  notice.textContent = list.dataset.failed;
  results.querySelector(":scope > [data-failure]")?.remove();
  notice.dataset.failure = "";
  results.append(notice);
}

let before = 0;

document.addEventListener("htmx:before:swap", () => (before = rows().length));
document.addEventListener("htmx:after:swap", changed);
document.addEventListener("htmx:response:error", failed);
document.addEventListener("htmx:error", failed);
localise();
