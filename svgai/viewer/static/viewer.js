// The viewer: a source and its SVG over each other, beside each other, in turn, as a heat map, as an outline.
// The SVG is an image of its own text and is never a bitmap here: at sixteen times its size its edges are sharp.

import { buttonOf, choiceOf, element } from "./dom.js";
import { watchGestures } from "./gestures.js";
import { HOTTEST, paintHeatmap, ramp } from "./heatmap.js";
import { drawOutline, outlineOf } from "./outline.js";
import { centred, fitted, fittingScale, moved, overflows, scaledAbout } from "./view.js";

/**
 * @typedef {object} Picture
 * @property {string} name
 * @property {number} width of the source, px
 * @property {number} height
 * @property {string} source URL of the source
 * @property {string} drawn URL of the SVG, used where its text is not given
 * @property {string|null} svg the SVG's text
 * @property {string|null} otherwise URL of a copy, shown where the source cannot be
 * @property {{source: string, drawn: string|null}|null} reduced URLs of small copies, where the page may not read the
 *   pictures themselves; the heat map is made from them then, and says so; no `drawn`: the SVG itself
 */

const MODES = [
  ["slider", "Slider", "Source left, SVG right of a line that you move (S)"],
  ["beside", "Side by side", "Both, zoomed and moved together (D)"],
  ["blink", "Blink", "One after the other in the same place (B); space changes them by hand"],
  ["heat", "Heat map", "Colour difference ΔE of each pixel (H)"],
  ["outline", "Outline", "Outlines, nodes and handles (O)"],
];
const MODE_KEYS = { s: "slider", d: "beside", b: "blink", h: "heat", o: "outline" };
const GROUNDS = [
  ["checker", "Checker", "Checkerboard behind transparent parts"],
  ["white", "White", "White behind transparent parts"],
  ["black", "Black", "Black behind transparent parts"],
];
const BLINK_MS = 700;
/** From this many times its size on the source shows its pixels as squares. */
const SQUARE_PIXELS = 3;
const ZOOM_STEP = Math.SQRT2;
const PAN_STEP = 60;
const SLIDE_STEP = 0.02;

export class Viewer {
  /** @param {HTMLElement} root an empty element, which becomes the viewer */
  constructor(root) {
    this.root = root;
    this.mode = "slider";
    this.split = 0.5;
    this.picture = null;
    this.view = null;
    this.blink = null;
    this.build();
    this.setGround("checker");
    this.setMode("slider");
    new ResizeObserver(() => this.resized()).observe(this.stage);
    watchGestures(this.stage, {
      drag: (at, by, start) => this.drag(at, by, start),
      scale: (factor, at) => this.scale(factor, at),
      toggle: (at) => this.toggle(at),
      hover: (at) => this.hover(at),
    });
    root.addEventListener("keydown", (event) => {
      if (this.key(event)) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
  }

  build() {
    this.root.classList.add("viewer");
    this.before = paneOf("before", "source");
    this.after = paneOf("after", "SVG");
    this.handle = element(
      "div.handle",
      { role: "slider", tabindex: "0", "aria-label": "Line between source and SVG", "aria-orientation": "horizontal",
        "aria-valuemin": "0", "aria-valuemax": "100" },
    );
    this.nodes = element("canvas.nodes", { "aria-hidden": "true" });
    this.stage = element(
      "div.stage",
      { tabindex: "0", role: "group", "aria-label": "Picture: plus and minus zoom, shift and arrow keys move" },
      this.before.pane, this.after.pane, this.nodes, this.handle,
    );
    this.modes = choiceOf("View", MODES, this.mode, (mode) => this.setMode(mode));
    this.grounds = choiceOf("Ground", GROUNDS, "checker", (ground) => this.setGround(ground));
    this.color = element("input", {
      type: "color", value: "#7f7f7f", title: "Any other ground", "aria-label": "Any other ground",
      input: () => this.setGround(this.color.value),
    });
    this.zoom = element("output.zoom", { "aria-label": "Zoom" });
    this.note = element("p.note", { role: "status" });
    this.legend = element(
      "div.legend", { hidden: true },
      element("span.ramp", { "aria-hidden": "true" }),
      element("span.ticks", {}, ...["0", "ΔE", `${HOTTEST}+`].map((text) => element("span", {}, text))),
    );
    this.legend.firstChild.style.background = ramp();
    const zooms = element(
      "div.zooms", { role: "group", "aria-label": "Zoom" },
      buttonOf("−", "Zoom out (−)", () => this.scale(1 / ZOOM_STEP)),
      this.zoom,
      buttonOf("+", "Zoom in (+)", () => this.scale(ZOOM_STEP)),
      buttonOf("Fit", "The whole picture (0)", () => this.fit()),
      buttonOf("1:1", "The source's own size (1)", () => this.actual()),
    );
    const bar = element("div.bar", {}, this.modes.element, zooms, element("div.grounds", {}, this.grounds.element, this.color));
    this.root.append(bar, this.stage, element("div.foot", {}, this.note, this.legend));
  }

  /** @param {Picture} picture what is shown from now on */
  show(picture) {
    this.clear();
    this.picture = picture;
    this.drawnUrl = picture.svg ? urlOf(stretched(picture.svg, picture)) : picture.drawn;
    this.before.set(picture.source, `Source: ${picture.name}`, picture.otherwise);
    this.after.set(this.drawnUrl, `SVG of ${picture.name}`, picture.reduced?.drawn);
    this.fit();
    this.setMode(this.mode);
  }

  /** Forget the picture that is shown. */
  clear() {
    if (this.picture?.svg) URL.revokeObjectURL(this.drawnUrl);
    this.picture = this.outline = this.differences = null;
    clearInterval(this.blink);
    this.say("");
  }

  // What is seen

  setMode(mode) {
    this.mode = mode;
    this.root.dataset.mode = mode;
    this.modes.set(mode);
    clearInterval(this.blink);
    this.after.pane.hidden = false;
    this.before.pane.hidden = mode === "heat" || mode === "outline";
    this.handle.hidden = mode !== "slider";
    this.nodes.hidden = mode !== "outline";
    this.legend.hidden = mode !== "heat";
    if (this.after.heat) this.after.heat.hidden = mode !== "heat";
    this.say("");
    if (!this.picture) return;
    if (mode === "heat") this.showHeatmap();
    if (mode === "outline") this.showOutline();
    if (mode === "blink") this.startBlinking();
    this.resized();
  }

  setGround(ground) {
    this.root.dataset.ground = ground.startsWith("#") ? "color" : ground;
    this.stage.style.setProperty("--ground", ground.startsWith("#") ? ground : "");
    this.grounds.set(ground);
  }

  startBlinking() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.turn(false);
    if (!still) this.blink = setInterval(() => this.turn(!this.after.pane.hidden), BLINK_MS);
  }

  turn(toSource) {
    this.after.pane.hidden = toSource;
    this.say(toSource ? "source" : "SVG");
  }

  async showHeatmap() {
    const picture = this.picture;
    const heat = this.after.heat ?? element("canvas", { role: "img", "aria-label": "Heat map of the colour difference" });
    this.after.heat = heat;
    this.after.picture.append(heat);
    heat.hidden = false;
    if (this.differences) return this.say(summaryOf(this.differences, this.approximate));
    this.say("comparing …");
    const found = await this.compared(heat, picture);
    if (this.picture !== picture) return;
    this.differences = found;
    if (this.mode !== "heat") return;
    this.say(found ? summaryOf(found, this.approximate) : "The browser does not let this page read the picture's pixels.");
    heat.hidden = !found;
  }

  async compared(canvas, picture) {
    const choices = [{ source: picture.source, drawn: this.drawnUrl }, picture.reduced];
    for (const [k, pair] of choices.entries()) {
      if (!pair) continue;
      try {
        const images = await Promise.all([pair.source, pair.drawn ?? this.drawnUrl].map(loaded));
        this.approximate = k > 0;
        return paintHeatmap(canvas, images[0], images[1], k > 0 ? naturalSize(images[0]) : picture);
      } catch {
        // A picture beside the page: browsers show it, but keep its pixels from pages that are files.
      }
    }
    return null;
  }

  async showOutline() {
    const picture = this.picture;
    const text = picture.svg ?? (await textOf(picture.drawn));
    if (this.picture !== picture || this.mode !== "outline") return;
    if (!text) return this.say("The browser does not let this page read the SVG beside it; open it by itself.");
    this.outline ??= outlineOf(text, picture);
    const { shapes, nodes } = this.outline;
    this.say(`${counted(nodes.length, "node")} in ${counted(shapes.length, "shape")}`);
    this.place();
  }

  say(words) {
    this.note.textContent = words;
  }

  // Where it is seen

  /** The room of one pane, px. */
  room() {
    const { width, height } = this.before.pane.hidden
      ? this.after.pane.getBoundingClientRect()
      : this.before.pane.getBoundingClientRect();
    return { width, height };
  }

  resized() {
    if (!this.picture) return;
    const ratio = window.devicePixelRatio || 1;
    this.nodes.width = Math.round(this.stage.clientWidth * ratio);
    this.nodes.height = Math.round(this.stage.clientHeight * ratio);
    if (this.isFitted || !this.view) return this.fit();
    this.view = moved(this.view, { x: 0, y: 0 }, this.picture, this.room());
    this.place();
  }

  fit() {
    if (!this.picture) return;
    this.view = fitted(this.picture, this.room());
    this.isFitted = true;
    this.place();
  }

  actual() {
    if (!this.picture) return;
    this.view = centred(1, this.picture, this.room());
    this.isFitted = false;
    this.place();
  }

  scale(factor, at) {
    if (!this.picture) return;
    const room = this.room();
    const about = at ? this.inPane(at) : { x: room.width / 2, y: room.height / 2 };
    this.view = scaledAbout(this.view, this.view.scale * factor, about, this.picture, room);
    this.isFitted = false;
    this.place();
  }

  /** Between the whole picture and four times as large. */
  toggle(at) {
    if (!this.picture) return;
    const fit = fittingScale(this.picture, this.room());
    if (this.view.scale > fit * 1.01) this.fit();
    else this.scale((4 * Math.max(fit, 1)) / this.view.scale, at);
  }

  pan(x, y) {
    this.view = moved(this.view, { x, y }, this.picture, this.room());
    this.isFitted = false;
    this.place();
  }

  /** A point of the stage as a point of the pane that it lies in. */
  inPane({ x, y }) {
    const stage = this.stage.getBoundingClientRect();
    const second = this.after.pane.getBoundingClientRect();
    const [left, top] = [second.left - stage.left, second.top - stage.top];
    return this.mode === "beside" && x >= left && y >= top ? { x: x - left, y: y - top } : { x, y };
  }

  place() {
    const { scale, x, y } = this.view;
    for (const { picture, image } of [this.before, this.after]) {
      picture.style.width = `${this.picture.width * scale}px`;
      picture.style.height = `${this.picture.height * scale}px`;
      picture.style.transform = `translate(${x}px, ${y}px)`;
      image.style.imageRendering = scale >= SQUARE_PIXELS ? "pixelated" : "auto";
    }
    this.zoom.textContent = `${Math.round(scale * 100)} %`;
    this.placeHandle();
    if (this.mode === "outline" && this.outline) {
      const style = getComputedStyle(this.root);
      const color = (name) => style.getPropertyValue(name).trim();
      drawOutline(this.nodes, this.outline, this.view,
        { line: color("--outline"), node: color("--node"), paper: color("--paper") });
    }
  }

  placeHandle() {
    this.stage.style.setProperty("--split", `${100 * this.split}%`);
    const percent = Math.round(100 * this.split);
    this.handle.setAttribute("aria-valuenow", String(percent));
    this.handle.setAttribute("aria-valuetext", `source ${percent} %, SVG ${100 - percent} %`);
  }

  slide(to) {
    this.split = Math.min(1, Math.max(0, to));
    this.placeHandle();
  }

  // What hands do

  drag(at, by, start) {
    if (!this.picture) return;
    const width = this.stage.clientWidth;
    if (start) {
      const near = Math.abs(at.x - this.split * width) < 22;
      this.sliding = this.mode === "slider" && (near || !overflows(this.view, this.picture, this.room()));
    }
    if (this.sliding && !start) this.slide(at.x / width);
    else if (!start) this.pan(by.x, by.y);
  }

  hover(at) {
    if (this.mode !== "heat" || !this.differences) return;
    const canvas = this.after.heat;
    const { scale, x, y } = this.view;
    const column = Math.floor(((at.x - x) / scale / this.picture.width) * canvas.width);
    const row = Math.floor(((at.y - y) / scale / this.picture.height) * canvas.height);
    const inside = column >= 0 && row >= 0 && column < canvas.width && row < canvas.height;
    const here = inside ? `ΔE ${this.differences[row * canvas.width + column].toFixed(1)} here` : "";
    this.say(here || summaryOf(this.differences, this.approximate));
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the viewer took it */
  key(event) {
    if (!this.picture || event.ctrlKey || event.metaKey || event.altKey) return false;
    const { key } = event;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (event.target === this.handle && this.slideBy(key)) return true;
    if (step && event.shiftKey) this.pan(-step[0] * PAN_STEP, -step[1] * PAN_STEP);
    else if (key === "+" || key === "=") this.scale(ZOOM_STEP);
    else if (key === "-") this.scale(1 / ZOOM_STEP);
    else if (key === "0") this.fit();
    else if (key === "1") this.actual();
    else if (key === " " && this.mode === "blink" && event.target.localName !== "button") {
      clearInterval(this.blink);
      this.turn(!this.after.pane.hidden);
    } else if (MODE_KEYS[key] && event.target.type !== "color") this.setMode(MODE_KEYS[key]);
    else return false;
    return true;
  }

  slideBy(key) {
    const to = { ArrowLeft: this.split - SLIDE_STEP, ArrowRight: this.split + SLIDE_STEP, Home: 0, End: 1 }[key];
    if (to === undefined) return false;
    this.slide(to);
    return true;
  }
}

function paneOf(name, shown) {
  const image = element("img", { alt: "", draggable: "false", decoding: "async" });
  const picture = element("div.picture", {}, image);
  const pane = element(`div.pane.${name}`, {}, picture, element("span.label", { "aria-hidden": "true" }, shown));
  const set = (url, alt, otherwise) => {
    image.onerror = () => {
      image.onerror = null;
      if (otherwise) image.src = otherwise;
    };
    image.src = url;
    image.alt = alt;
  };
  return { pane, picture, image, set };
}

/** The SVG with its whole page stretched to the picture's size, which is how svgai measures it. */
function stretched(text, { width, height }) {
  const document = new DOMParser().parseFromString(text, "image/svg+xml");
  const root = document.documentElement;
  if (!root.hasAttribute("viewBox")) {
    const side = (name, otherwise) => Number.parseFloat(root.getAttribute(name)) || otherwise;
    root.setAttribute("viewBox", `0 0 ${side("width", width)} ${side("height", height)}`);
  }
  root.setAttribute("width", width);
  root.setAttribute("height", height);
  root.setAttribute("preserveAspectRatio", "none");
  return new XMLSerializer().serializeToString(document);
}

function urlOf(text) {
  return URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
}

async function loaded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

function naturalSize(image) {
  return { width: image.naturalWidth, height: image.naturalHeight };
}

async function textOf(url) {
  try {
    return await (await fetch(url)).text();
  } catch {
    return null;
  }
}

function summaryOf(differences, approximate) {
  let sum = 0;
  let largest = 0;
  for (const value of differences) {
    sum += value;
    if (value > largest) largest = value;
  }
  const mean = (sum / differences.length).toFixed(2);
  const words = `mean ΔE ${mean}, largest ${largest.toFixed(1)}`;
  return approximate ? `${words}, roughly: from small copies` : words;
}

function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
