// Counts down each <span data-seconds>. At zero it enables the button that [data-holds] disabled, and
// reloads a page with [data-reload], because only the server knows what comes next.

const PAUSE = 250; // milliseconds

function spelled(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function count(span) {
  const place = span.closest("[data-holds], [data-reload]");
  const until = Date.now() + span.dataset.seconds * 1000;
  const held = "holds" in place.dataset ? place.closest("form").querySelector("[type=submit]") : null;
  if (held) held.disabled = true;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left > 0) {
      span.textContent = spelled(left);
      return;
    }
    clearInterval(timer);
    if (held) {
      held.disabled = false;
      place.hidden = true;
    } else {
      location.replace(location.href);
    }
  };
  const timer = setInterval(tick, PAUSE);
  tick();
}

for (const span of document.querySelectorAll("span[data-seconds]")) count(span);
