// Opens the share dialog of the device with the invite link. The page also links to two messengers.

for (const button of document.querySelectorAll("[data-share]")) {
  const { share: url, text } = button.dataset;
  button.hidden = !navigator.share;
  button.addEventListener("click", () => {
    navigator.share({ text, url }).catch(() => {}); // the user closed the dialog
  });
}
