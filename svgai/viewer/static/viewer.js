// The viewer: a source and its SVG over each other, beside each other, in turn, as a heat map, as an outline.
// The SVG is an image of its own text and is never a bitmap here: at sixteen times its size its edges are sharp.

import { buttonOf, choiceOf, element } from "./dom.js";
import { HOTTEST, paintHeatmap, ramp } from "./heatmap.js";
import { addressOf, loaded, stretched, textOf } from "./images.js";
import { drawOutline, outlineOf } from "./outline.js";
import { Stage } from "./stage.js";

/**
 * @typedef {object} Picture
 * @property {string} name
 * @property {number} width of the source, px
 * @property {number} height
 * @property {string} source URL of the source
 * @property {string|null} otherwise URL of a copy, shown where the source cannot be
 * @property {string} drawn URL of the SVG, used where its text is not given
 * @property {string|null} svg the SVG's text
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
const GROUNDS = ["checker", "white", "black"];
const BLINK_MS = 700;
const ZOOM_STEP = Math.SQRT2;
const PAN_STEP = 60;
const UNREADABLE = "The browser does not let this page read the file beside it.";

export class Viewer {
  /** @param {HTMLElement} root an empty element, which becomes the viewer */
  constructor(root) {
    this.root = root;
    this.picture = null;
    this.stage = new Stage({ placed: () => this.placed(), hover: (at) => this.hover(at) });
    this.heat = element("canvas", { role: "img", "aria-label": "Heat map of the colour difference" });
    this.stage.after.picture.append(this.heat);
    this.build();
    this.setGround("checker");
    this.setMode("slider");
    root.addEventListener("keydown", (event) => {
      if (!this.key(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  build() {
    this.root.classList.add("viewer");
    this.modes = choiceOf("View", MODES, "slider", (mode) => this.setMode(mode));
    this.grounds = choiceOf("Ground behind transparent parts", GROUNDS.map(swatchOf), "checker", (ground) =>
      this.setGround(ground),
    );
    this.color = element("input", {
      type: "color",
      value: "#7f7f7f",
      title: "Any other ground",
      "aria-label": "Any other ground",
      input: () => this.setGround(this.color.value),
    });
    this.zoom = element("output.zoom", { "aria-label": "Zoom" });
    this.note = element("p.note", { role: "status" });
    this.legend = legendOf();
    const stage = this.stage;
    const zooms = element(
      "div.zooms",
      { role: "group", "aria-label": "Zoom" },
      buttonOf("−", "Zoom out (−)", () => stage.scale(1 / ZOOM_STEP)),
      this.zoom,
      buttonOf("+", "Zoom in (+)", () => stage.scale(ZOOM_STEP)),
      buttonOf("Fit", "The whole picture (0)", () => stage.fit()),
      buttonOf("1:1", "The source's own size (1)", () => stage.actual()),
    );
    const grounds = element("div.grounds", {}, this.grounds.element, this.color);
    this.root.append(
      element("div.bar", {}, this.modes.element, zooms),
      stage.element,
      element("div.foot", {}, this.note, this.legend, grounds),
    );
  }

  /** @param {Picture} picture what is shown from now on */
  show(picture) {
    this.clear();
    this.picture = picture;
    this.drawnUrl = picture.svg ? addressOf(stretched(picture.svg, picture)) : picture.drawn;
    this.stage.before.show(picture.source, `Source: ${picture.name}`, picture.otherwise);
    this.stage.after.show(this.drawnUrl, `SVG of ${picture.name}`, picture.reduced?.drawn);
    this.setMode(this.mode);
    this.stage.reset(picture);
  }

  /** Forget the picture that is shown. */
  clear() {
    if (this.picture?.svg) URL.revokeObjectURL(this.drawnUrl);
    this.picture = this.outline = this.differences = null;
    this.stage.size = null;
    clearInterval(this.blink);
    this.say("");
  }

  /** @param {[number, number, number, number]} area x, y, width and height in the picture, px */
  lookAt(area) {
    if (!this.picture) return;
    this.stage.show(area);
    this.stage.element.focus();
  }

  setMode(mode) {
    const { before, after, line, nodes } = this.stage;
    this.mode = mode;
    this.root.dataset.mode = mode;
    this.modes.set(mode);
    clearInterval(this.blink);
    after.pane.hidden = false;
    before.pane.hidden = mode === "heat" || mode === "outline";
    this.stage.hasLine = mode === "slider";
    line.hidden = mode !== "slider";
    nodes.hidden = mode !== "outline";
    this.legend.hidden = this.heat.hidden = mode !== "heat";
    this.say("");
    if (!this.picture) return;
    this.stage.resized();
    if (mode === "heat") this.showHeatmap();
    if (mode === "outline") this.showOutline();
    if (mode === "blink") this.startBlinking();
  }

  setGround(ground) {
    const isColor = ground.startsWith("#");
    this.root.dataset.ground = isColor ? "color" : ground;
    this.stage.element.style.setProperty("--ground", isColor ? ground : "");
    this.grounds.set(ground);
  }

  startBlinking() {
    this.turn(false);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!still) this.blink = setInterval(() => this.turn(!this.stage.after.pane.hidden), BLINK_MS);
  }

  turn(toSource) {
    this.stage.after.pane.hidden = toSource;
    this.say(toSource ? "source" : "SVG");
  }

  async showHeatmap() {
    const picture = this.picture;
    if (!this.differences) {
      this.say("comparing …");
      const found = await this.compared(picture);
      if (this.picture !== picture) return;
      this.differences = found;
    }
    if (this.mode !== "heat") return;
    this.heat.hidden = !this.differences;
    this.say(this.differences ? this.summary() : UNREADABLE);
  }

  async compared(picture) {
    for (const pair of [picture, picture.reduced]) {
      if (!pair) continue;
      try {
        const drawn = pair === picture ? this.drawnUrl : (pair.drawn ?? this.drawnUrl);
        const images = await Promise.all([pair.source, drawn].map(loaded));
        const { naturalWidth: width, naturalHeight: height } = images[0];
        this.isRough = pair !== picture;
        return paintHeatmap(this.heat, ...images, this.isRough ? { width, height } : picture);
      } catch {
        // A file beside the page: browsers show it, but keep its pixels from pages that are files themselves.
      }
    }
    return null;
  }

  summary() {
    const mean = this.differences.reduce((sum, value) => sum + value, 0) / this.differences.length;
    const largest = this.differences.reduce((most, value) => Math.max(most, value), 0);
    return `mean ΔE ${mean.toFixed(2)}, largest ${largest.toFixed(1)}${this.isRough ? ", roughly: small copies" : ""}`;
  }

  hover(at) {
    if (this.mode !== "heat" || !this.differences) return;
    const { x, y } = this.stage.inPicture(at);
    const column = Math.floor((x / this.picture.width) * this.heat.width);
    const row = Math.floor((y / this.picture.height) * this.heat.height);
    const inside = column >= 0 && row >= 0 && column < this.heat.width && row < this.heat.height;
    this.say(inside ? `ΔE ${this.differences[row * this.heat.width + column].toFixed(1)} here` : this.summary());
  }

  async showOutline() {
    const picture = this.picture;
    const text = picture.svg ?? (await textOf(picture.drawn));
    if (this.picture !== picture || this.mode !== "outline") return;
    if (!text) return this.say(UNREADABLE);
    this.outline ??= outlineOf(text, picture);
    this.say(`${counted(this.outline.nodes.length, "node")} in ${counted(this.outline.shapes.length, "shape")}`);
    this.placed();
  }

  placed() {
    this.zoom.textContent = `${Math.round(this.stage.view.scale * 100)} %`;
    if (this.mode !== "outline" || !this.outline) return;
    const style = getComputedStyle(this.root);
    const [line, node, paper] = ["--outline", "--node", "--paper"].map((name) => style.getPropertyValue(name).trim());
    drawOutline(this.stage.nodes, this.outline, this.stage.view, { line, node, paper });
  }

  say(words) {
    this.note.textContent = words;
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the viewer took it */
  key({ key, target, shiftKey, ctrlKey, metaKey, altKey }) {
    if (!this.picture || ctrlKey || metaKey || altKey) return false;
    const stage = this.stage;
    if (target === stage.line && !shiftKey && stage.slideBy(key)) return true;
    const pan = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
    const done = {
      "+": () => stage.scale(ZOOM_STEP),
      "=": () => stage.scale(ZOOM_STEP),
      0: () => stage.fit(),
      "-": () => stage.scale(1 / ZOOM_STEP),
      1: () => stage.actual(),
    }[key];
    if (pan && shiftKey) stage.pan(PAN_STEP * pan[0], PAN_STEP * pan[1]);
    else if (done) done();
    else if (MODE_KEYS[key]) this.setMode(MODE_KEYS[key]);
    else if (key === " " && this.mode === "blink" && target.localName !== "button") {
      clearInterval(this.blink);
      this.turn(!stage.after.pane.hidden);
    } else return false;
    return true;
  }
}

function swatchOf(ground) {
  const shown = element(`i.swatch.${ground}`, {}, element("span.unseen", {}, ground));
  return [ground, shown, `${ground} behind transparent parts`];
}

function legendOf() {
  const scale = element("span.ramp", { "aria-hidden": "true" });
  scale.style.background = ramp();
  const ticks = ["0", "ΔE", `${HOTTEST}+`].map((text) => element("span", {}, text));
  return element("div.legend", { hidden: true }, scale, element("span.ticks", {}, ...ticks));
}

function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
