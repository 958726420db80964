import { setToken } from "./api.js";
import { describe, drawFaces } from "./draw.js";
import { Photo, open } from "./files.js";
import { Live } from "./live.js";

const element = (id) => document.getElementById(id);
const canvas = element("canvas");
const context = canvas.getContext("2d");
const video = document.createElement("video");
video.muted = video.playsInline = true;

// What is on the canvas: the webcam, a photo or a clip.
let live = null;
let work = null;
let stopWork = null;
let last = null;
// To do once more when a token was given.
let again = null;

const isOwn = ["localhost", "[::1]"].includes(location.hostname) || location.hostname.startsWith("127.");
element("privacy").textContent = isOwn
  ? "Nothing leaves this machine: pictures go to the program on it that shows this page, which stores nothing."
  : `Pictures go to the program at ${location.host} that shows this page, which stores nothing, and to nobody else.`;

const parameters = () => ({
  landmarks: element("landmarks").value, filter: element("filter").value, anonymise: element("anonymise").value,
});

const shown = () => ({
  points: element("points").checked, pose: element("pose").checked, eyes: element("eyes").checked,
});

function say(text) {
  element("status").textContent = text;
}

function fail(error) {
  if (error.name === "AbortError") return;
  if (error.status === 401) {
    element("access").hidden = false;
    element("token").focus();
  }
  say(error.message.charAt(0).toUpperCase() + error.message.slice(1));
}

function draw(picture, width, height, faces) {
  [canvas.width, canvas.height] = [width, height];
  element("hint").hidden = true;
  context.drawImage(picture, 0, 0, width, height);
  drawFaces(context, faces, shown());
  const words = describe(faces);
  canvas.setAttribute("aria-label", words.length ? words.join(". ") : "A picture without a face");
  element("faces").replaceChildren(
    ...words.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

function enableSaving({ picture, json, csv }) {
  element("save-picture").disabled = !picture;
  element("save-json").disabled = !json;
  element("save-csv").disabled = !csv;
}

function stop() {
  live?.stop();
  live = null;
  stopWork?.abort();
  stopWork = work = last = null;
  video.pause();
  if (video.src) URL.revokeObjectURL(video.src);
  video.removeAttribute("src");
  element("player").hidden = true;
  element("rate").textContent = element("latency").textContent = "";
  element("camera").textContent = "Start camera";
  enableSaving({});
}

async function startCamera() {
  stop();
  again = startCamera;
  say("Waiting for the camera.");
  element("camera").textContent = "Stop camera";
  const session = new Live(video, {
    parameters: parameters(),
    show(picture, result) {
      if (!last) say("");
      last = result;
      draw(picture, picture.width, picture.height, result.faces);
      enableSaving({ picture: true, json: true });
    },
    measure(rate, latency) {
      element("rate").textContent = `${rate.toFixed(1)} frames/s,`;
      element("latency").textContent = `${latency.toFixed(0)} ms from the camera to the canvas`;
    },
    fail(error) {
      stop();
      fail(error);
    },
  });
  live = session;
  try {
    await session.start();
  } catch (error) {
    if (live !== session) return;
    stop();
    fail(error.name === "NotAllowedError" ? new Error("The browser does not let this page use the camera.") : error);
  }
}

async function openFile(file) {
  stop();
  again = () => openFile(file);
  const control = new AbortController();
  stopWork = control;
  work = open(file, parameters());
  const own = work;
  say(`${file.name}: looking for faces.`);
  try {
    if (own instanceof Photo) {
      await own.load(control.signal);
      if (work !== own) return;
      drawPhoto();
      say(`${file.name}: ${own.faces.length === 1 ? "1 face" : `${own.faces.length} faces`}.`);
    } else {
      await openClip(own, control.signal);
    }
    enableSaving({ picture: true, json: true, csv: true });
  } catch (error) {
    if (work === own) fail(error);
  }
}

function drawPhoto() {
  // What the service has drawn on is drawn on once only.
  draw(work.picture, work.picture.width, work.picture.height, work.faces);
}

async function openClip(clip, signal) {
  video.src = URL.createObjectURL(clip.file);
  const canPlay = new Promise((resolve) => {
    video.onloadeddata = () => resolve(true);
    video.onerror = () => resolve(false);
  });
  let isShown = false;
  const progress = () => {
    if (work !== clip) return;
    say(`${clip.file.name}: ${clip.frames.length} frames.`);
    if (!isShown && video.readyState >= 2) {
      isShown = true;
      drawClip();
    }
  };
  await clip.load(signal, progress);
  if (work !== clip) return;
  const faces = clip.frames.filter((frame) => frame.faces.length).length;
  say(`${clip.file.name}: ${clip.frames.length} frames, ${faces} with a face.`);
  if (!(await canPlay)) return say(`${element("status").textContent} The browser cannot show this kind of clip.`);
  element("player").hidden = false;
  element("seek").max = video.duration;
  play();
}

function play() {
  if (video.ended) video.currentTime = 0;
  video.play().then(follow, fail);
}

function drawClip() {
  const frame = work.at(video.currentTime);
  if (video.readyState < 2 || !video.videoWidth) return;
  draw(video, video.videoWidth, video.videoHeight, frame?.faces ?? []);
  element("seek").value = video.currentTime;
}

function follow() {
  if (!work?.frames) return;
  drawClip();
  element("play").textContent = video.paused || video.ended ? "Play" : "Pause";
  if (!video.paused && !video.ended) requestAnimationFrame(follow);
}

function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const stem = () => work?.file.name.replace(/\.[^.]*$/, "") ?? "webcam";

// With other parameters everything is done anew; what is only shown is drawn anew.
function refresh() {
  if (live) live.change(parameters());
  else if (work) openFile(work.file);
}

function redraw() {
  if (work instanceof Photo && work.picture) drawPhoto();
  else if (work?.frames) drawClip();
}

element("camera").onclick = () => {
  if (!live) return startCamera();
  stop();
  say("The camera is off.");
};
element("file").onchange = (event) => {
  const [file] = event.target.files;
  if (file) openFile(file);
  // So that the same file can be opened once more.
  event.target.value = "";
};
for (const id of ["landmarks", "filter", "anonymise"]) element(id).onchange = refresh;
for (const id of ["points", "pose", "eyes"]) element(id).onchange = redraw;
element("play").onclick = () => (video.paused || video.ended ? play() : video.pause());
element("seek").oninput = (event) => (video.currentTime = Number(event.target.value));
video.onseeked = () => work?.frames && drawClip();
element("access").onsubmit = (event) => {
  event.preventDefault();
  setToken(element("token").value.trim());
  element("access").hidden = true;
  say("");
  again?.();
};
element("save-picture").onclick = () => canvas.toBlob((blob) => save(`${stem()}_marked.png`, blob));
element("save-json").onclick = () => {
  const isLines = live || work.frames;
  const text = live ? live.lines.map((line) => line + "\n").join("") : work.json;
  save(`${stem()}.${isLines ? "ndjson" : "json"}`, new Blob([text], { type: "application/json" }));
};
element("save-csv").onclick = () =>
  work.csv().then((text) => save(`${stem()}.csv`, new Blob([text], { type: "text/csv" })), fail);

const stage = element("stage");
addEventListener("dragover", (event) => {
  event.preventDefault();
  stage.classList.add("over");
});
addEventListener("dragleave", () => stage.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  stage.classList.remove("over");
  const [file] = event.dataTransfer.files;
  if (file) openFile(file);
});
