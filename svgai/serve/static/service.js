// What the service is asked: docs/service.md. Every request goes through `ask`, which carries the key, if one is set.

let key = sessionStorage.getItem("key");

/** @param {(again: boolean) => Promise<string>} askForKey how a person is asked, where the service wants one */
export function withKeyFrom(askForKey) {
  keyFrom = askForKey;
}
let keyFrom = async () => "";

export class ServiceError extends Error {}

/** @param {string} path @param {RequestInit} request @returns {Promise<Response>} @throws {ServiceError} in words */
async function ask(path, request = {}) {
  const headers = { Accept: "application/json", ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  let answer;
  try {
    answer = await fetch(path, { ...request, headers: { ...headers, ...request.headers } });
  } catch {
    throw new ServiceError("The service does not answer. Is it running?");
  }
  if (answer.ok) return answer;
  if (answer.status === 401) {
    const known = key;
    key = await keyFrom(Boolean(known));
    if (key) {
      sessionStorage.setItem("key", key);
      return ask(path, request);
    }
  }
  throw new ServiceError(await words(answer));
}

async function words(answer) {
  try {
    const { error } = await answer.json();
    return [error.message, ...(error.suggestions ?? [])].join("; ");
  } catch {
    return `The service answered ${answer.status}.`;
  }
}

/** @returns {Promise<Object<string, object>>} JSON Schema of each option, by name */
export async function optionsOf() {
  return (await (await ask("options/schema")).json()).properties;
}

/**
 * @param {File[]} files @param {[string, string][]} options name and value
 * @returns {Promise<object>} a job or a batch
 */
export async function send(files, options) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  for (const [name, value] of options) form.append(name, value);
  return (await ask("jobs", { method: "POST", body: form })).json();
}

/**
 * Follow a job or a batch to its end.
 * @param {string} id @param {(job: object) => void} tell is told of each job whenever it changes
 */
export async function follow(id, tell) {
  const answer = await ask(`jobs/${id}/events`, { headers: { Accept: "text/event-stream" } });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value.replaceAll("\r", "");
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) read(event, tell);
  }
  // However the stream ended, this is how things stand.
  for (const job of jobsOf(await status(id))) tell(job);
}

function read(event, tell) {
  const data = event
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5))
    .join("\n");
  if (data) for (const job of jobsOf(JSON.parse(data))) tell(job);
}

/** @param {string} id @returns {Promise<object>} */
export async function status(id) {
  return (await ask(`jobs/${id}`)).json();
}

/** @param {object} answer a job or a batch @returns {object[]} its jobs */
export function jobsOf(answer) {
  return answer.kind === "batch" ? answer.jobs : [answer];
}

/** @param {string} id @returns {Promise<string>} */
export async function svgOf(id) {
  return (await ask(`jobs/${id}/svg`, { headers: { Accept: "image/svg+xml" } })).text();
}

/** @param {string} id @returns {Promise<Blob>} */
export async function sourceOf(id) {
  return (await ask(`jobs/${id}/source`, { headers: { Accept: "*/*" } })).blob();
}

/** @param {string} id of a job or a batch @returns {Promise<Blob>} */
export async function zipOf(id) {
  return (await ask(`jobs/${id}/zip`, { headers: { Accept: "application/zip" } })).blob();
}
