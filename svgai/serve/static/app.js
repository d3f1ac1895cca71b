// The page: pictures come in, jobs go out, the chosen one is shown in the viewer.

import { buildOptions, optionsSaid } from "./options.js";
import { follow, jobsOf, optionsOf, ServiceError, send, sourceOf, svgOf, withKeyFrom, zipOf } from "./service.js";
import { buttonOf, element } from "./viewer/dom.js";
import { factsOf, sizeOf, verdictOf } from "./viewer/facts.js";
import { Viewer } from "./viewer/viewer.js";

/** One request carries at most so many bytes and files: below the service's own limits. */
const MOST_BYTES = 12 * 2 ** 20;
const MOST_FILES = 20;

const at = (selector) => document.querySelector(selector);
const form = at(".options");
const list = at(".jobs");
const viewer = new Viewer(at(".viewer-place"));

/**
 * @typedef {object} Item
 * @property {File|null} file where it was chosen here; of a zip's pictures only the service has it
 * @property {string} name
 * @property {object|null} job as the service tells
 * @property {string|null} trouble
 * @property {HTMLElement} row
 * @property {string|null} svg
 */

/** @type {Item[]} */
let items = [];
/** @type {Set<string>} ids that were answered: jobs and batches, each of which gives a zip */
let sent = new Set();
let shown = null;

// Pictures come in

function take(files) {
  const pictures = [...files].filter(
    (file) => file.type.startsWith("image/") || /\.(zip|tiff?|avif|bmp)$/i.test(file.name),
  );
  if (pictures.length === 0) return complain(files.length ? "These are no pictures." : "");
  complain("");
  delete document.body.dataset.empty;
  convert(pictures.map((file) => added(file, file.name)));
}

function added(file, name) {
  const item = { file, name, job: null, trouble: null, svg: null, row: null };
  item.row = rowOf(item);
  items.push(item);
  list.append(item.row);
  return item;
}

function rowOf(item) {
  const picture = item.file ? URL.createObjectURL(item.file) : "";
  const image = element("img", { alt: "", src: picture, error: (event) => event.target.removeAttribute("src") });
  const button = element(
    "button",
    { type: "button", click: () => show(item) },
    image,
    element("span.name", {}, element("bdi", {}, item.name)),
    element("span.said", {}, "waiting"),
    element("progress", { max: "100", "aria-label": `Progress of ${item.name}` }),
  );
  return element("li", {}, button);
}

/** Send items in requests that the service takes, one after the other. */
async function convert(wanted) {
  const options = optionsSaid(form);
  form.querySelector(".again").hidden = true;
  for (const part of parts(wanted)) {
    try {
      const answer = await send(
        part.map((item) => item.file),
        options,
      );
      sent.add(answer.id);
      assign(part, jobsOf(answer));
      follow(answer.id, heard).catch((error) => complain(error.message));
    } catch (error) {
      for (const item of part) fail(item, error);
    }
  }
  refresh();
}

function parts(wanted) {
  const made = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of wanted) {
    const last = made.at(-1);
    const full = bytes + item.file.size > MOST_BYTES || last.length >= MOST_FILES || isZip(item) || isZip(last[0]);
    if (full) made.push([item]);
    else last.push(item);
    bytes = item.file.size + (full ? 0 : bytes);
  }
  return made;
}

function isZip(item) {
  return /\.zip$/i.test(item.name);
}

/** Jobs come in the order of the files; a zip, which is sent alone, gives one for each of its pictures. */
function assign(part, jobs) {
  const rows = isZip(part[0]) ? jobs.map((job) => added(null, job.filename)) : part;
  if (rows !== part) forget(part[0]);
  for (const [k, item] of rows.entries()) {
    item.job = jobs[k];
    draw(item);
  }
}

function heard(job) {
  const item = items.find((one) => one.job?.id === job.id);
  if (!item) return;
  const before = item.job.status;
  item.job = job;
  draw(item);
  if (job.status === before || job.status !== "completed") return;
  at(".status").textContent = `${item.name}: ${verdictOf(recordOf(item)).sentence}`;
  // The first result shows itself; later ones wait until they are asked for.
  if (!shown || shown === item) show(item);
  refresh();
}

function fail(item, error) {
  if (!(error instanceof ServiceError)) console.error(error);
  item.trouble = error.message;
  draw(item);
  refresh();
}

function recordOf(item) {
  return { status: "converted", ...item.job.result };
}

// What the list says

function draw(item) {
  const said = item.row.querySelector(".said");
  const progress = item.row.querySelector("progress");
  const status = item.trouble ? "failed" : (item.job?.status ?? "queued");
  progress.hidden = status === "completed" || status === "failed";
  if (status === "processing") progress.value = item.job.progress;
  else progress.removeAttribute("value");
  if (status === "completed") said.replaceChildren(...summaryOf(recordOf(item)));
  else if (status === "failed") said.replaceChildren(element("b.verdict.failed", {}, "failed "), troubleOf(item));
  else said.textContent = status === "queued" ? "waiting" : item.job.message || item.job.stage;
}

function summaryOf(record) {
  const { word, kind } = verdictOf(record);
  return [
    element(`b.verdict.${kind}`, {}, word),
    record.in_time === false ? element("b.verdict.late", {}, " late") : "",
    ` ${sizeOf(record.bytes_out)}, SSIM ${record.ssim.toFixed(3)}`,
  ];
}

function troubleOf(item) {
  const error = item.job?.error;
  return item.trouble ?? [error?.message, error?.remedy].filter(Boolean).join("; ");
}

function refresh() {
  const done = items.filter((item) => item.job?.status === "completed");
  at(".all").hidden = done.length < 2;
  at(".clear").hidden = at(".add").hidden = items.length === 0;
}

function complain(words) {
  at(".trouble").textContent = words;
  at(".trouble").hidden = words === "";
}

// The chosen picture

async function show(item) {
  shown = item;
  for (const one of items) one.row.toggleAttribute("data-shown", one === item);
  at(".result h2").replaceChildren(element("bdi", {}, item.name));
  at(".result").hidden = false;
  const completed = item.job?.status === "completed";
  at(".viewer-place").hidden = !completed;
  at(".links").replaceChildren();
  if (!completed) {
    viewer.clear();
    const failed = item.trouble || item.job?.status === "failed";
    at(".numbers").replaceChildren(element("p.facts", {}, failed ? troubleOf(item) : "It is being drawn."));
    return;
  }
  try {
    item.svg ??= await svgOf(item.job.id);
    item.file ??= await sourceOf(item.job.id);
  } catch (error) {
    return complain(error.message);
  }
  if (shown === item) display(item);
}

function display(item) {
  const record = recordOf(item);
  at(".numbers").replaceChildren(factsOf(record, (area) => viewer.lookAt(area)));
  at(".links").replaceChildren(...linksOf(item));
  if (item.url) URL.revokeObjectURL(item.url);
  item.url = URL.createObjectURL(item.file);
  viewer.show({
    name: item.name,
    width: record.width,
    height: record.height,
    source: item.url,
    otherwise: null,
    drawn: "",
    svg: item.svg,
    reduced: null,
  });
}

function linksOf(item) {
  const copy = buttonOf("Copy SVG", "Copy the SVG's text", async () => {
    await navigator.clipboard.writeText(item.svg);
    copy.textContent = "Copied";
  });
  const blob = () => new Blob([item.svg], { type: "image/svg+xml" });
  const download = buttonOf("Download SVG", `Download ${svgName(item)}`, () => save(blob(), svgName(item)));
  download.classList.add("primary");
  return [download, copy];
}

function svgName(item) {
  return `${item.name
    .split("/")
    .at(-1)
    .replace(/\.[^.]*$/, "")}.svg`;
}

function save(blob, name) {
  const href = URL.createObjectURL(blob);
  const link = element("a", { href, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

async function saveAll() {
  try {
    for (const [k, id] of [...sent].entries())
      save(await zipOf(id), sent.size > 1 ? `svgai-${k + 1}.zip` : "svgai.zip");
  } catch (error) {
    complain(error.message);
  }
}

function forget(item) {
  item.row.remove();
  items = items.filter((one) => one !== item);
}

function clear() {
  for (const item of [...items]) forget(item);
  sent = new Set();
  shown = null;
  viewer.clear();
  at(".result").hidden = true;
  document.body.dataset.empty = "";
  refresh();
}

/** Everything once more, as the options say now. */
function again() {
  const known = items.filter((item) => item.file);
  sent = new Set();
  for (const item of known) Object.assign(item, { job: null, trouble: null, svg: null });
  for (const item of known) draw(item);
  convert(known);
}

// Hands

at(".drop input").addEventListener("change", (event) => {
  take(event.target.files);
  event.target.value = "";
});
at(".add").addEventListener("click", () => at(".drop input").click());
at(".clear").addEventListener("click", clear);
at(".all").addEventListener("click", saveAll);
addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) take(event.clipboardData.files);
});
for (const type of ["dragenter", "dragover"]) {
  addEventListener(type, (event) => {
    event.preventDefault();
    document.body.dataset.over = "";
  });
}
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) delete document.body.dataset.over;
});
addEventListener("drop", (event) => {
  event.preventDefault();
  delete document.body.dataset.over;
  take(event.dataTransfer.files);
});
form.addEventListener("change", () => {
  form.querySelector(".again").hidden = items.length === 0;
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  again();
});
list.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const next = step && items[items.findIndex((item) => item.row.contains(event.target)) + step];
  if (!next) return;
  event.preventDefault();
  next.row.querySelector("button").focus();
});

withKeyFrom(
  () =>
    new Promise((resolve) => {
      const dialog = at(".key");
      dialog.addEventListener("close", () => resolve(dialog.querySelector("[name=key]").value), { once: true });
      dialog.showModal();
    }),
);

optionsOf().then(
  (properties) => buildOptions(form, properties),
  (error) => complain(error.message),
);
