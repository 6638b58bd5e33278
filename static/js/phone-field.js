// Formats a phone number for its country while the user types, and names the country.
// The page loads libphonenumber before this script.

const { AsYouType } = window.libphonenumber;
const input = document.querySelector("input[data-region]");
const { region } = input.dataset;
const hint = document.getElementById(`${input.id}_helptext`);
const names = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
const withoutCountry = hint.textContent.replace(`(${region})`, `(${names.of(region)})`);

function isAtEnd() {
  return input.selectionStart === input.value.length;
}

function country(typed) {
  const code = typed.getCountry(); // unknown while several countries share the calling code
  return code ? names.of(code) : `+${typed.getCallingCode()}`;
}

function show(event) {
  const typed = new AsYouType(region);
  const spelled = typed.input(input.value);
  const isDeleting = event?.inputType?.startsWith("delete");
  // Only at the end of the text, because a caret in the middle would jump. The server
  // refuses what is not a number.
  if (isAtEnd() && !isDeleting && /^[+\d\s().-]+$/.test(input.value)) input.value = spelled;
  hint.textContent = typed.getCallingCode() ? country(typed) : withoutCountry;
}

hint.setAttribute("aria-live", "polite");
input.addEventListener("input", show);
show();
