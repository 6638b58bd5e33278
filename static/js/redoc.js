// Starts ReDoc in our colours. ReDoc loads a logo from its vendor's server, so this page blocks
// every image that is neither ours nor inline.

const image = HTMLImageElement.prototype;
const { set: setSource, ...source } = Object.getOwnPropertyDescriptor(image, "src");

function isOurs(address) {
  return ["null", location.origin].includes(new URL(address, location).origin); // "null": data:
}

image.setAttribute = function (name, value) {
  if (name !== "src" || isOurs(value)) Element.prototype.setAttribute.call(this, name, value);
};
Object.defineProperty(image, "src", {
  ...source,
  set(address) {
    if (isOurs(address)) setSource.call(this, address);
    else this.hidden = true;
  },
});

const font = "system-ui, sans-serif";
const code = "ui-monospace, Menlo, Consolas, monospace";
const place = document.getElementById("redoc");

Redoc.init(
  place.dataset.schema,
  {
    expandResponses: "200,201,202,204",
    pathInMiddlePanel: true,
    theme: {
      colors: {
        primary: { main: "#0b6b5d" },
        success: { main: "#0a5c27" },
        error: { main: "#a3160f" },
        text: { primary: "#1d2321", secondary: "#56605c" },
      },
      typography: {
        fontSize: "16px",
        fontFamily: font,
        headings: { fontFamily: font, fontWeight: "700" },
        code: { fontFamily: code, color: "#8a3b12" },
        links: { color: "#0b6b5d" },
      },
      sidebar: { backgroundColor: "#f3f1ea", textColor: "#1d2321" },
      rightPanel: { backgroundColor: "#13201d" },
    },
  },
  place,
);
