// Previews the chosen picture, and says at once if the server would refuse it. It draws on a canvas,
// because the CSP forbids blob: URLs. The texts come from the page.

const place = document.querySelector("[data-picture]");
const { mostBytes, mostPixels, mostPixelsOfAJpeg } = place.dataset;
const { notAPicture, tooLarge, tooManyPixels } = place.dataset;
const input = place.querySelector("input[type=file]");
const canvas = place.querySelector("canvas");
const before = place.querySelector(".portrait");

async function decode(file) {
  if (file.size > mostBytes) throw new Error(tooLarge);
  const picture = await createImageBitmap(file).catch(() => {
    throw new Error(notAPicture);
  });
  const most = file.type === "image/jpeg" ? mostPixelsOfAJpeg : mostPixels;
  if (picture.width * picture.height > most) throw new Error(tooManyPixels);
  return picture;
}

// The middle of the picture, cropped as the stylesheet crops the stored one.
function draw(picture) {
  const side = Math.min(picture.width, picture.height);
  const left = (picture.width - side) / 2;
  const top = (picture.height - side) / 2;
  const paper = canvas.getContext("2d");
  paper.imageSmoothingQuality = "high";
  paper.clearRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
  picture.close();
}

async function preview() {
  const [file] = input.files;
  const picture = file && (await decode(file).catch((refusal) => refusal));
  if (file !== input.files[0]) return; // the user has chosen another one meanwhile
  const refused = picture instanceof Error;
  input.setCustomValidity(refused ? picture.message : "");
  if (refused) input.reportValidity();
  const shows = Boolean(picture) && !refused;
  if (shows) draw(picture);
  canvas.hidden = !shows;
  before.hidden = shows;
}

input.addEventListener("change", preview);
