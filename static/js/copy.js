// Gives every example a button that copies it. The words come from the page.

const { copy, copied } = document.querySelector("[data-copy]").dataset;

function button(example) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "copy";
  made.textContent = copy;
  made.addEventListener("click", async () => {
    await navigator.clipboard.writeText(example.querySelector("code").textContent);
    made.textContent = copied;
    setTimeout(() => (made.textContent = copy), 1500);
  });
  return made;
}

// Browsers lend the clipboard to secure pages only: https, or this very machine.
if (navigator.clipboard) {
  for (const example of document.querySelectorAll(".example")) example.prepend(button(example));
}
