// The ΔE heat map: how far each pixel of the SVG is from its source, as numbers and as colours.

import { ciede2000, lab } from "./color.js";

/** Differences from here on have the last colour. A ΔE of 1 is just visible, 10 is another colour at a glance. */
export const HOTTEST = 10;
/** Larger pictures are compared reduced to this many pixels, as svgai's own ΔE is. */
const MOST_PIXELS = 1e6;

/** Colours at equal steps from 0 to HOTTEST: matplotlib's inferno (CC0), eight of its 256. */
const RAMP = [
  [0, 0, 4],
  [40, 11, 84],
  [101, 21, 110],
  [159, 42, 99],
  [212, 72, 66],
  [245, 125, 21],
  [250, 193, 39],
  [252, 255, 164],
];

/** @param {number} share 0–1 @returns {number[]} red, green, blue */
export function heat(share) {
  const place = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
  const below = Math.min(Math.floor(place), RAMP.length - 2);
  return RAMP[below].map((value, k) => Math.round(value + (RAMP[below + 1][k] - value) * (place - below)));
}

/** The ramp as a CSS gradient, for a legend. */
export function ramp() {
  return `linear-gradient(90deg, ${RAMP.map((color) => `rgb(${color.join(" ")})`).join(", ")})`;
}

/**
 * ΔE00 of each pixel: over white or over black, whichever is larger.
 * @param {Uint8ClampedArray} source RGBA @param {Uint8ClampedArray} drawn RGBA, as long
 * @returns {Float32Array}
 */
export function differences(source, drawn) {
  const found = new Float32Array(source.length / 4);
  for (let k = 0; k < found.length; k++) {
    const at = 4 * k;
    if (same(source, drawn, at)) continue;
    const white = between(source, drawn, at, 255);
    const opaque = source[at + 3] === 255 && drawn[at + 3] === 255;
    found[k] = opaque ? white : Math.max(white, between(source, drawn, at, 0));
  }
  return found;
}

function same(source, drawn, at) {
  for (let k = at; k < at + 4; k++) if (source[k] !== drawn[k]) return false;
  return true;
}

function between(source, drawn, at, ground) {
  return ciede2000(labOver(source, at, ground), labOver(drawn, at, ground));
}

function labOver(pixels, at, ground) {
  const alpha = pixels[at + 3] / 255;
  const over = (value) => Math.round(value * alpha + ground * (1 - alpha));
  return lab(over(pixels[at]), over(pixels[at + 1]), over(pixels[at + 2]));
}

/**
 * Paint the heat map of two loaded images.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLImageElement} source @param {HTMLImageElement} drawn
 * @param {{width: number, height: number}} size of the picture
 * @returns {Float32Array} the differences, row by row of the canvas
 * @throws {DOMException} SecurityError where the browser does not let the page read one of them
 */
export function paintHeatmap(canvas, source, drawn, size) {
  const reduced = Math.min(1, Math.sqrt(MOST_PIXELS / (size.width * size.height)));
  canvas.width = Math.max(1, Math.round(size.width * reduced));
  canvas.height = Math.max(1, Math.round(size.height * reduced));
  const found = differences(pixels(source, canvas), pixels(drawn, canvas));
  const image = new ImageData(canvas.width, canvas.height);
  found.forEach((value, k) => {
    image.data.set([...heat(value / HOTTEST), 255], 4 * k);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
  return found;
}

function pixels(image, { width, height }) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
}
