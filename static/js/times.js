// Shows every time on a page in the user's time zone. The server writes it in UTC.

const TOLD = { dateStyle: "medium", timeStyle: "short" };

export function localise(root = document, told = TOLD) {
  const local = new Intl.DateTimeFormat(document.documentElement.lang, told);
  for (const time of root.querySelectorAll("time")) {
    time.textContent = local.format(new Date(time.dateTime));
  }
}
