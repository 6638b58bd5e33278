// Lets a form be sent once: a second press would send a code that the first has used up.

const PAUSE = 5000; // milliseconds until it may be tried again, should no answer come

for (const form of document.querySelectorAll("main form")) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
    setTimeout(() => (isSent = false), PAUSE);
  });
}
