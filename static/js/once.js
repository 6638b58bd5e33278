// Lets a form be sent once: a second press would send a code that the first has used up.
// And a page that answers a form is reloaded, and come back to, as if it had just been opened:
// the browser would ask whether to send the form again, and show nothing until it is told.

const PAUSE = 5000; // milliseconds until it may be tried again, should no answer come

history.replaceState(history.state, "", location.href);

for (const form of document.querySelectorAll("main form")) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
    setTimeout(() => (isSent = false), PAUSE);
  });
}
