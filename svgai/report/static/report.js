// The report: filters, order and search over the cards, and the viewer for the one that is opened.

import { buttonOf, element } from "../../viewer/static/dom.js";
import { factsOf } from "../../viewer/static/facts.js";
import { Viewer } from "../../viewer/static/viewer.js";

const FILTERS = [
  ["all", "All", () => true],
  ["failed", "Failed", (card) => card.dataset.kind === "failed"],
  ["miss", "Miss", (card) => card.dataset.kind === "miss"],
  ["late", "Late", (card) => card.dataset.late === "1"],
  ["look", "Look at it", (card) => card.dataset.look === "1"],
  ["pass", "Pass", (card) => ["pass", "look", "late"].includes(card.dataset.kind)],
  ["1", "T1", (card) => card.dataset.tier === "1"],
  ["2", "T2", (card) => card.dataset.tier === "2"],
  ["3", "T3", (card) => card.dataset.tier === "3"],
];
const ORDERS = [
  ["distance", "distance to target", () => 0], // as the cards lie in the page: failures first
  ["worst", "worst window", by("worst", 1)],
  ["ssim", "SSIM, lowest first", by("ssim", 1)],
  ["deltaE", "ΔE, largest first", by("deltaE", -1)],
  ["bytes", "bytes, most first", by("bytes", -1)],
  ["seconds", "time, longest first", by("seconds", -1)],
  ["name", "name", (one, other) => one.dataset.name.localeCompare(other.dataset.name, "en", { numeric: true })],
];

/** Order by a number of the cards; failures, which have none, come first. */
function by(name, sign) {
  return (one, other) => {
    const failed = Number(other.dataset.kind === "failed") - Number(one.dataset.kind === "failed");
    return failed || sign * (numberOf(one, name, sign) - numberOf(other, name, sign));
  };
}

function numberOf(card, name, sign) {
  return card.dataset[name] === undefined ? sign * 1e12 : Number(card.dataset[name]);
}

const grid = document.querySelector(".grid");
const tools = document.querySelector(".tools");
const none = document.querySelector(".none");
const cards = [...grid.children];
const chosen = { filters: new Set(), order: "distance", words: "" };

// The grid

function arrange() {
  const [, , compare] = ORDERS.find(([name]) => name === chosen.order);
  grid.append(...[...cards].sort(compare));
}

/** Filters of verdicts widen each other, as those of tiers do; a card must suit both. */
function sift() {
  const wanted = FILTERS.filter(([name]) => chosen.filters.has(name));
  const tiers = wanted.filter(([name]) => Number(name));
  const verdicts = wanted.filter(([name]) => !Number(name));
  const suits = (card, group) => group.length === 0 || group.some(([, , test]) => test(card));
  const words = chosen.words.toLocaleLowerCase();
  let count = 0;
  for (const card of cards) {
    const seen = suits(card, tiers) && suits(card, verdicts) && card.dataset.name.toLocaleLowerCase().includes(words);
    card.hidden = !seen;
    count += seen;
  }
  tools.querySelector(".count").textContent = `${count} of ${cards.length}`;
  none.hidden = count > 0 || cards.length === 0;
  for (const button of tools.querySelectorAll(".filters button")) {
    const { name } = button.dataset;
    button.setAttribute("aria-pressed", String(name === "all" ? chosen.filters.size === 0 : chosen.filters.has(name)));
  }
}

function choose(name) {
  if (name === "all") chosen.filters.clear();
  else if (!chosen.filters.delete(name)) chosen.filters.add(name);
  sift();
}

function showAll() {
  chosen.filters.clear();
  chosen.words = tools.elements.words.value = "";
  sift();
}

function buildTools() {
  const row = tools.querySelector(".filters");
  for (const [name, shown, test] of FILTERS) {
    const count = cards.filter(test).length;
    if (count === 0) continue;
    const button = buttonOf(shown, `${shown}: ${count}`, () => choose(name));
    button.dataset.name = name;
    button.append(" ", element("small", {}, String(count)));
    row.append(button);
  }
  for (const [name, shown] of ORDERS) tools.elements.order.append(element("option", { value: name }, shown));
  tools.elements.order.addEventListener("change", () => {
    chosen.order = tools.elements.order.value;
    arrange();
  });
  tools.elements.words.addEventListener("input", () => {
    chosen.words = tools.elements.words.value;
    sift();
  });
  tools.addEventListener("submit", (event) => event.preventDefault());
  none.querySelector("button").addEventListener("click", showAll);
  tools.hidden = cards.length === 0;
}

/** Arrow keys move from card to card, as they lie on the page. */
function walk(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(), ArrowUp: -columns() }[event.key];
  const link = event.target.closest?.(".card a");
  if (!step || !link || event.shiftKey) return;
  const seen = [...grid.children].filter((card) => !card.hidden);
  const next = seen[seen.indexOf(link.closest(".card")) + step];
  if (!next) return;
  event.preventDefault();
  next.querySelector("a").focus();
}

function columns() {
  return getComputedStyle(grid).gridTemplateColumns.split(" ").length;
}

// The viewer

const dialog = document.querySelector(".opened");
const viewer = new Viewer(dialog.querySelector(".viewer-place"));
let opened = null;

function heldBy(card) {
  const data = JSON.parse(card.querySelector("script").textContent);
  const base = new URL(grid.dataset.base, location.href);
  const links = Object.entries(data.links).map(([name, link]) => [name, link && new URL(link, base).href]);
  return { ...data, links: Object.fromEntries(links) };
}

function open(card) {
  const data = heldBy(card);
  opened = card;
  dialog.querySelector("h2").replaceChildren(element("bdi", {}, card.dataset.name));
  dialog.querySelector("aside").replaceChildren(factsOf(data.record, (area) => viewer.lookAt(area)));
  dialog.querySelector(".links").replaceChildren(...linksOf(data, card.dataset.name));
  if (!dialog.open) dialog.showModal();
  const thumbs = { source: card.querySelector("img.source")?.src, drawn: card.querySelector("img.drawn")?.src };
  const pictured = Boolean(thumbs.source);
  viewer.root.hidden = !pictured;
  if (pictured) viewer.show(pictureOf(data, thumbs, card.dataset.name));
  else viewer.clear();
  const [before, after] = [neighbour(-1), neighbour(1)];
  dialog.querySelector(".back").disabled = !before;
  dialog.querySelector(".on").disabled = !after;
}

/** Of the source what has most pixels: the whole one in the page, else the file, else what the page has. */
function pictureOf({ record, source, exact, svg, links }, thumbs, name) {
  const held = source ?? thumbs.source;
  return {
    name,
    width: record.width,
    height: record.height,
    source: exact ? source : (links.source ?? held),
    otherwise: held,
    drawn: links.svg ?? thumbs.drawn,
    svg,
    reduced: svg ? (exact ? null : { source: held, drawn: null }) : thumbs,
  };
}

function linksOf({ svg, links }, name) {
  const file = name
    .split("/")
    .at(-1)
    .replace(/\.[^.]*$/, "");
  const made = [];
  if (svg) {
    const href = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    made.push(element("a.button", { href, download: `${file}.svg` }, "Download SVG"));
    const copy = buttonOf("Copy SVG", "Copy the SVG's text", async () => {
      await navigator.clipboard.writeText(svg);
      copy.textContent = "Copied";
    });
    made.push(copy);
  } else if (links.svg)
    made.push(element("a.button", { href: links.svg, target: "_blank", rel: "noopener" }, "Open SVG"));
  if (links.source)
    made.push(element("a.button", { href: links.source, target: "_blank", rel: "noopener" }, "Open source"));
  return made;
}

function neighbour(step) {
  const seen = [...grid.children].filter((card) => !card.hidden || card === opened);
  return seen[seen.indexOf(opened) + step];
}

function go(step) {
  const card = neighbour(step);
  if (!card) return;
  history.replaceState(null, "", card.querySelector("a").href);
  open(card);
}

/** The page shows what its address names. */
function follow() {
  const name = decoded(location.hash.slice(1));
  const card = name && cards.find((one) => one.dataset.name === name);
  if (card) open(card);
  else if (dialog.open) dialog.close();
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function closed() {
  viewer.clear();
  for (const link of dialog.querySelectorAll("a[download]")) URL.revokeObjectURL(link.href);
  if (location.hash) history.pushState(null, "", location.pathname + location.search);
  opened?.querySelector("a").focus();
}

dialog.addEventListener("close", closed);
dialog.querySelector(".close").addEventListener("click", () => dialog.close());
dialog.querySelector(".back").addEventListener("click", () => go(-1));
dialog.querySelector(".on").addEventListener("click", () => go(1));
dialog.addEventListener("keydown", (event) => {
  if (event.target.closest(".choice, [role=slider]") || event.shiftKey) return;
  if (event.key === "ArrowLeft") go(-1);
  if (event.key === "ArrowRight") go(1);
});
addEventListener("hashchange", follow);
grid.addEventListener("keydown", walk);

buildTools();
sift();
follow();
