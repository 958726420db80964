// Photos and clips that were opened or dropped.

import { post } from "./api.js";

const isClip = (file) => file.type.startsWith("video/") || /\.(avi|flv|m4v|mkv|mov|mp4|mpe?g|mts|ts|webm|wmv)$/i.test(file.name);

export function open(file, parameters) {
  return isClip(file) ? new Clip(file, parameters) : new Photo(file, parameters);
}

export class Photo {
  constructor(file, parameters) {
    Object.assign(this, { file, parameters });
  }

  async load(signal) {
    const answer = await post("/v1/faces", this.parameters, this.file, signal);
    this.json = (await answer.text()).replace('"file":"picture"', `"file":${JSON.stringify(this.file.name)}`);
    this.faces = JSON.parse(this.json).images[0].faces;
    const isChanged = this.parameters.filter !== "" || this.parameters.anonymise !== "";
    this.picture = (isChanged ? null : await this.own()) ?? (await this.drawn(signal));
  }

  // As the browser reads it, upright; null where it cannot.
  async own() {
    try {
      return await createImageBitmap(this.file);
    } catch {
      return null;
    }
  }

  async drawn(signal) {
    const answer = await post("/v1/faces", { ...this.parameters, format: "picture" }, this.file, signal);
    return createImageBitmap(await answer.blob());
  }

  async csv() {
    const answer = await post("/v1/faces", { ...this.parameters, format: "csv" }, this.file);
    return (await answer.text()).replace(/^picture,/gm, `"${this.file.name.replaceAll('"', '""')}",`);
  }
}

export class Clip {
  constructor(file, parameters) {
    // Filters and hiding are for pictures.
    Object.assign(this, { file, parameters: { landmarks: parameters.landmarks } });
    this.frames = [];
    this.lines = [];
  }

  // progress() is called when frames have come.
  async load(signal, progress) {
    const answer = await post("/v1/video", this.parameters, this.file, signal);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const frame = JSON.parse(line);
        if (frame.error) throw new Error(frame.error);
        this.lines.push(line);
        this.frames.push(frame);
      }
      progress();
    }
  }

  get json() {
    return this.lines.map((line) => line + "\n").join("");
  }

  async csv() {
    return (await post("/v1/video", { ...this.parameters, format: "csv" }, this.file)).text();
  }

  // The last frame that has begun at a time in seconds; null before the first and where results are not there yet.
  at(seconds) {
    let [low, high] = [0, this.frames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.frames[middle].time <= seconds + 0.001) low = middle + 1;
      else high = middle;
    }
    return this.frames[low - 1] ?? null;
  }
}
