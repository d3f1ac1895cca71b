// The stage: two panes, one with the source and one with the SVG, that are zoomed and moved together.

import { element } from "./dom.js";
import { watchGestures } from "./gestures.js";
import { centred, closeTo, fitted, fittingScale, moved, overflows, scaledAbout } from "./view.js";

/** From this many times its size on the source shows its pixels as squares. */
const SQUARE_PIXELS = 3;
/** So near to the line, in px, a finger takes hold of it. */
const GRASP = 22;
const SLIDE_STEP = 0.02;

export class Stage {
  /** @param {{placed: () => void, hover: (at: {x: number, y: number}) => void}} on what its owner is told */
  constructor(on) {
    this.on = on;
    this.size = null; // of the picture, px
    this.view = null;
    this.split = 0.5;
    this.hasLine = true;
    this.before = paneOf("before", "source");
    this.after = paneOf("after", "SVG");
    this.nodes = element("canvas.nodes", { "aria-hidden": "true" });
    this.line = element("div.handle", {
      role: "slider",
      tabindex: "0",
      "aria-label": "Line between source and SVG",
      "aria-orientation": "horizontal",
      "aria-valuemin": "0",
      "aria-valuemax": "100",
    });
    this.element = element(
      "div.stage",
      { tabindex: "0", role: "group", "aria-label": "Picture: plus and minus zoom, shift and arrow keys move" },
      this.before.pane,
      this.after.pane,
      this.nodes,
      this.line,
    );
    this.slide(this.split);
    new ResizeObserver(() => this.resized()).observe(this.element);
    watchGestures(this.element, {
      drag: (at, by, start) => this.drag(at, by, start),
      scale: (factor, at) => this.scale(factor, at),
      toggle: (at) => this.toggle(at),
      hover: (at) => this.on.hover(at),
    });
  }

  /** @param {{width: number, height: number}|null} size of the next picture, seen whole */
  reset(size) {
    this.size = size;
    for (const pane of [this.before, this.after]) pane.frame.hidden = true;
    this.fit();
  }

  /** The room of one pane, px. */
  room() {
    const pane = this.before.pane.hidden ? this.after.pane : this.before.pane;
    return { width: pane.clientWidth, height: pane.clientHeight };
  }

  resized() {
    if (!this.size) return;
    const ratio = window.devicePixelRatio || 1;
    this.nodes.width = Math.round(this.element.clientWidth * ratio);
    this.nodes.height = Math.round(this.element.clientHeight * ratio);
    if (this.isFitted) this.fit();
    else this.pan(0, 0);
  }

  fit() {
    if (this.size) this.set(fitted(this.size, this.room()), true);
  }

  /** @param {[number, number, number, number]} area shown from close by and framed: x, y, width, height */
  show(area) {
    if (!this.size) return;
    const { width, height } = this.size;
    for (const { frame } of [this.before, this.after]) {
      frame.hidden = false;
      const shares = [area[0] / width, area[1] / height, area[2] / width, area[3] / height];
      [frame.style.left, frame.style.top, frame.style.width, frame.style.height] = shares.map((s) => `${100 * s}%`);
    }
    this.set(closeTo(area, this.size, this.room()));
  }

  actual() {
    if (this.size) this.set(centred(1, this.size, this.room()));
  }

  scale(factor, at) {
    if (!this.size) return;
    const room = this.room();
    const about = at ? this.inPane(at) : { x: room.width / 2, y: room.height / 2 };
    this.set(scaledAbout(this.view, this.view.scale * factor, about, this.size, room));
  }

  /** Between the whole picture and four times as large. */
  toggle(at) {
    if (!this.size) return;
    const fit = fittingScale(this.size, this.room());
    if (this.view.scale > fit * 1.01) this.fit();
    else this.scale((4 * Math.max(fit, 1)) / this.view.scale, at);
  }

  pan(x, y) {
    if (this.size) this.set(moved(this.view, { x, y }, this.size, this.room()));
  }

  /** A point of the stage as a point of the pane that it lies in. */
  inPane({ x, y }) {
    const { offsetLeft, offsetTop } = this.after.pane;
    const inSecond = !this.before.pane.hidden && x >= offsetLeft && y >= offsetTop;
    return inSecond ? { x: x - offsetLeft, y: y - offsetTop } : { x, y };
  }

  /** A point of the stage as a point of the picture, px. */
  inPicture(at) {
    const { x, y } = this.inPane(at);
    return { x: (x - this.view.x) / this.view.scale, y: (y - this.view.y) / this.view.scale };
  }

  set(view, isFitted = false) {
    this.view = view;
    this.isFitted = isFitted;
    for (const { picture, image } of [this.before, this.after]) {
      picture.style.width = `${this.size.width * view.scale}px`;
      picture.style.height = `${this.size.height * view.scale}px`;
      picture.style.transform = `translate(${view.x}px, ${view.y}px)`;
      image.style.imageRendering = view.scale >= SQUARE_PIXELS ? "pixelated" : "auto";
    }
    this.on.placed();
  }

  slide(to) {
    this.split = Math.min(1, Math.max(0, to));
    const percent = Math.round(100 * this.split);
    this.element.style.setProperty("--split", `${100 * this.split}%`);
    this.line.setAttribute("aria-valuenow", String(percent));
    this.line.setAttribute("aria-valuetext", `source ${percent} %, SVG ${100 - percent} %`);
  }

  /** @param {string} key @returns {boolean} whether it moves the line */
  slideBy(key) {
    const to = { ArrowLeft: this.split - SLIDE_STEP, ArrowRight: this.split + SLIDE_STEP, Home: 0, End: 1 }[key];
    if (to !== undefined) this.slide(to);
    return to !== undefined;
  }

  /** The line goes with the finger where it was taken hold of, and where there is nothing else to move. */
  drag(at, by, start) {
    if (!this.size) return;
    const width = this.element.clientWidth;
    if (start) {
      const near = Math.abs(at.x - this.split * width) < GRASP;
      this.sliding = this.hasLine && (near || !overflows(this.view, this.size, this.room()));
    } else if (this.sliding) this.slide(at.x / width);
    else this.pan(by.x, by.y);
  }
}

function paneOf(name, shown) {
  const image = element("img", { alt: "", draggable: "false", decoding: "async" });
  const frame = element("div.frame", { hidden: true, "aria-hidden": "true" });
  const picture = element("div.picture", {}, image, frame);
  const pane = element(`div.pane.${name}`, {}, picture, element("span.label", { "aria-hidden": "true" }, shown));
  /** otherwise: shown where the first address cannot be. */
  const show = (url, alt, otherwise) => {
    image.onerror = () => {
      image.onerror = null;
      if (otherwise) image.src = otherwise;
    };
    image.src = url;
    image.alt = alt;
  };
  return { pane, picture, image, frame, show };
}
