// Counts down each <span data-seconds>. At nought what [data-holds] kept back is allowed, and
// a page with [data-reload] is asked for again: the server says what has become of it.

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
