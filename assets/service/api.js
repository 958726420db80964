// Speaks with the service that gave this page, and with nobody else.

let token = sessionStorage.getItem("facemarks-token") ?? "";

export function setToken(text) {
  token = text;
  sessionStorage.setItem("facemarks-token", text);
}

// An answer that is no success, in words, with its status.
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function query(parameters) {
  const pairs = Object.entries(parameters).filter(([, value]) => value !== "");
  return pairs.length ? "?" + new URLSearchParams(pairs) : "";
}

export async function post(path, parameters, body, signal) {
  const headers = { "Content-Type": "application/octet-stream" };
  if (token) headers.Authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(path + query(parameters), { method: "POST", headers, body, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, "The service does not answer.");
  }
  if (answer.ok) return answer;
  throw await refusal(answer);
}

async function refusal(answer) {
  let message = `The service answers with ${answer.status}.`;
  try {
    message = (await answer.json()).error ?? message;
  } catch {
    // The status alone tells.
  }
  return new Refusal(answer.status, message);
}

export function openLive(parameters) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const names = token ? ["facemarks", `token.${token}`] : ["facemarks"];
  const socket = new WebSocket(`${scheme}://${location.host}/v1/live${query(parameters)}`, names);
  socket.binaryType = "blob";
  return socket;
}

// Why a live session was not let in: a browser does not say.
export async function whyNot(parameters) {
  try {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const answer = await fetch("/v1/live" + query(parameters), { headers });
    return answer.status === 426 ? new Refusal(0, "The live session broke off.") : await refusal(answer);
  } catch {
    return new Refusal(0, "The service does not answer.");
  }
}
