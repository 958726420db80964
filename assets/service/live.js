// The webcam: frames go to the service one after the other, two at most under way, and come back with what was found on them.

import { openLive, whyNot } from "./api.js";

const underWayMost = 2;
const quality = 0.85;
// Lines that are kept to be saved: ten minutes.
const linesMost = 18000;

export class Live {
  // show(frame, result): a picture to draw and what is on it. measure(rate, latency). fail(error).
  constructor(video, { parameters, show, measure, fail }) {
    Object.assign(this, { video, parameters, show, measure, fail });
    this.lines = [];
    this.sent = [];
    this.times = [];
    this.isOver = false;
    this.grab = document.createElement("canvas");
  }

  async start() {
    if (!navigator.mediaDevices) throw new Error("The browser gives the camera to https and localhost only.");
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } },
    });
    if (this.isOver) return this.stop();
    this.video.srcObject = this.stream;
    await this.video.play();
    this.connect();
    this.next();
  }

  // With other parameters a session begins anew.
  change(parameters) {
    this.parameters = parameters;
    if (this.socket) this.connect();
  }

  stop() {
    this.isOver = true;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.socket?.close();
    this.video.srcObject = null;
    this.sent.forEach((frame) => frame.picture?.close());
    this.sent = [];
  }

  connect() {
    this.socket?.close();
    this.sent.forEach((frame) => frame.picture?.close());
    this.sent = [];
    const socket = openLive(this.parameters);
    this.socket = socket;
    this.wantsPicture = this.parameters.filter !== "" || this.parameters.anonymise !== "";
    socket.onmessage = (event) => {
      if (socket === this.socket && !this.isOver) this.take(event.data);
    };
    socket.onclose = async () => {
      if (socket !== this.socket || this.isOver) return;
      const error = await whyNot(this.parameters);
      this.stop();
      this.fail(error);
    };
  }

  // Sends the camera's frame, if the service has time for it, and waits for the camera's next one.
  next() {
    if (this.isOver) return;
    if (this.socket.readyState === WebSocket.OPEN && this.sent.length < underWayMost) this.send(this.socket);
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(() => this.next());
    else requestAnimationFrame(() => this.next());
  }

  async send(socket) {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width) return;
    if (this.width && (this.width !== width || this.height !== height)) {
      [this.width, this.height] = [width, height];
      return this.connect();
    }
    [this.width, this.height] = [this.grab.width, this.grab.height] = [width, height];
    const frame = { time: performance.now() };
    this.sent.push(frame);
    this.grab.getContext("2d").drawImage(this.video, 0, 0);
    // Both of the same pixels.
    const picture = createImageBitmap(this.grab);
    const jpeg = await new Promise((resolve) => this.grab.toBlob(resolve, "image/jpeg", quality));
    frame.picture = await picture;
    if (socket === this.socket && socket.readyState === WebSocket.OPEN) socket.send(jpeg);
    else frame.picture.close();
  }

  async take(data) {
    if (typeof data === "string") {
      this.result = JSON.parse(data);
      if (this.result.error) {
        this.stop();
        return this.fail(new Error(this.result.error));
      }
      this.lines.push(data);
      if (this.lines.length > linesMost) this.lines.shift();
      if (this.wantsPicture) return;
    }
    const [frame, result] = [this.sent.shift(), this.result];
    if (!frame) return;
    const picture = typeof data === "string" ? frame.picture : await createImageBitmap(data);
    if (this.isOver) return;
    this.show(picture, result);
    frame.picture.close();
    picture.close();
    this.count(frame);
  }

  count(frame) {
    const now = performance.now();
    this.times.push(now);
    while (this.times[0] < now - 2000) this.times.shift();
    const span = now - this.times[0];
    this.latency = 0.9 * (this.latency ?? now - frame.time) + 0.1 * (now - frame.time);
    if (span > 500) this.measure(((this.times.length - 1) * 1000) / span, this.latency);
  }
}
