// Adds a copy button to every example, and shows the copy buttons hidden in the page.
// The texts come from the page.

function arm(button, source, copied) {
  const copy = button.innerHTML;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = copied;
    setTimeout(() => (button.innerHTML = copy), 1500);
  });
}

function made(words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = words.copy;
  return button;
}

// Browsers allow the clipboard on secure pages only: https, or localhost.
if (navigator.clipboard) {
  for (const example of document.querySelectorAll("[data-copy] .example")) {
    const words = example.closest("[data-copy]").dataset;
    const button = made(words);
    arm(button, example.querySelector("code"), words.copied);
    example.prepend(button);
  }
  for (const button of document.querySelectorAll("[data-copies]")) {
    arm(button, document.getElementById(button.dataset.copies), button.dataset.copied);
    button.hidden = false;
  }
}
