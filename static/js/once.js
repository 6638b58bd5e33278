// Sends a form only once: a second press would send a code that the first has already used.
// Also lets the user reload a page that answered a form, or come back to it: otherwise the browser
// asks whether to send the form again, and shows nothing until the user answers.

const PAUSE = 5000; // milliseconds until the user may try again, if no answer comes

history.replaceState(history.state, "", location.href);

for (const form of document.querySelectorAll("main form")) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
    setTimeout(() => (isSent = false), PAUSE);
  });
}
