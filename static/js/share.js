// Hands the invite link to whatever the device shares with. Links to two messengers stand beside it.

for (const button of document.querySelectorAll("[data-share]")) {
  const { share: url, text } = button.dataset;
  button.hidden = !navigator.share;
  button.addEventListener("click", () => {
    navigator.share({ text, url }).catch(() => {}); // the person thought better of it
  });
}
