// Takes the code out of a pasted SMS, and straight from the phone where the browser can (WebOTP).

const input = document.querySelector("[data-lengths]");
const lengths = input?.dataset.lengths.split(" ").map(Number);

function codeIn(text) {
  const lastLine = text.match(/@\S+ #([0-9]+)\s*$/);
  const numbers = lastLine ? [lastLine[1]] : (text.match(/[0-9]+/g) ?? []);
  const fitting = new Set(numbers.filter((number) => lengths.includes(number.length)));
  return fitting.size === 1 ? [...fitting][0] : null;
}

function paste(event) {
  const code = codeIn(event.clipboardData.getData("text"));
  if (!code) return; // the server checks it
  event.preventDefault();
  input.value = code;
}

async function receive() {
  const abort = new AbortController();
  input.form.addEventListener("submit", () => abort.abort());
  try {
    const { code } = await navigator.credentials.get({
      otp: { transport: ["sms"] },
      signal: abort.signal,
    });
    input.value = code;
    input.form.requestSubmit();
  } catch {
    // The user typed or declined, or the browser cannot read SMS: the field works without it.
  }
}

if (input) {
  input.addEventListener("paste", paste);
  if ("OTPCredential" in window) receive();
}
