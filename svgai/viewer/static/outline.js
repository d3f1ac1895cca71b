// The outline view: an SVG's shapes as thin lines, with the nodes and handles that a designer would edit.

import { anatomy } from "./pathdata.js";

const SHAPES = "path, rect, circle, ellipse, line, polyline, polygon, use";
/** A circle as four cubics: the length of a handle, in radii. */
const QUARTER = 0.5522847;

/**
 * @typedef {{shapes: {path: Path2D, matrix: DOMMatrix}[], nodes: number[][], handles: number[][]}} Outline
 *   nodes and handles in px of the picture, as in pathdata.js
 */

/**
 * @param {string} text an SVG document; nothing in it is run
 * @param {{width: number, height: number}} size of the picture, which the document is stretched to
 * @returns {Outline}
 */
export function outlineOf(text, size) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const outline = { shapes: [], nodes: [], handles: [] };
  const page = pageMatrix(root, size);
  for (const element of root.querySelectorAll(SHAPES)) {
    if (element.closest("defs, clipPath, mask, symbol, pattern, marker")) continue;
    const [shown, matrix] = placed(element, root, page);
    const data = shown && dataOf(shown);
    if (data) add(outline, data, matrix);
  }
  return outline;
}

function pageMatrix(root, size) {
  const box = root.viewBox?.baseVal;
  const known = box && box.width > 0 && box.height > 0;
  const width = known ? box.width : Number.parseFloat(root.getAttribute("width")) || size.width;
  const height = known ? box.height : Number.parseFloat(root.getAttribute("height")) || size.height;
  return new DOMMatrix()
    .scale(size.width / width, size.height / height)
    .translate(known ? -box.x : 0, known ? -box.y : 0);
}

/** The element that gives the geometry, and the matrix from its coordinates to the picture's. */
function placed(element, root, page) {
  const steps = [];
  for (let up = element; up && up !== root; up = up.parentElement) {
    const matrix = up.transform?.baseVal.consolidate()?.matrix;
    if (matrix) steps.unshift(new DOMMatrix([matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f]));
  }
  let matrix = steps.reduce((whole, step) => whole.multiply(step), page);
  if (element.localName !== "use") return [element, matrix];
  matrix = matrix.translate(number(element, "x"), number(element, "y"));
  const name = element.getAttribute("href") ?? element.getAttribute("xlink:href") ?? "";
  return [name.startsWith("#") ? root.querySelector(`#${CSS.escape(name.slice(1))}`) : null, matrix];
}

function number(element, name) {
  return Number.parseFloat(element.getAttribute(name)) || 0;
}

/** The shape as path data. */
function dataOf(element) {
  const of = (name) => number(element, name);
  switch (element.localName) {
    case "path":
      return element.getAttribute("d");
    case "rect":
      return rectangle(of("x"), of("y"), of("width"), of("height"), of("rx") || of("ry"), of("ry") || of("rx"));
    case "circle":
      return ellipse(of("cx"), of("cy"), of("r"), of("r"));
    case "ellipse":
      return ellipse(of("cx"), of("cy"), of("rx"), of("ry"));
    case "line":
      return `M${of("x1")} ${of("y1")}L${of("x2")} ${of("y2")}`;
    case "polyline":
      return `M${element.getAttribute("points") ?? ""}`;
    case "polygon":
      return `M${element.getAttribute("points") ?? ""}Z`;
    default:
      return null;
  }
}

function rectangle(x, y, width, height, rx, ry) {
  if (!rx || !ry) return `M${x} ${y}h${width}v${height}h${-width}z`;
  const [cx, cy] = [rx * (1 - QUARTER), ry * (1 - QUARTER)];
  const [w, h] = [width - 2 * rx, height - 2 * ry];
  return (
    `M${x + rx} ${y}h${w}c${rx - cx} 0 ${rx} ${cy} ${rx} ${ry}v${h}c0 ${ry - cy} ${-cx} ${ry} ${-rx} ${ry}` +
    `h${-w}c${cx - rx} 0 ${-rx} ${-cy} ${-rx} ${-ry}v${-h}c0 ${cy - ry} ${cx} ${-ry} ${rx} ${-ry}z`
  );
}

function ellipse(cx, cy, rx, ry) {
  const [kx, ky] = [rx * QUARTER, ry * QUARTER];
  return (
    `M${cx + rx} ${cy}C${cx + rx} ${cy + ky} ${cx + kx} ${cy + ry} ${cx} ${cy + ry}` +
    `S${cx - rx} ${cy + ky} ${cx - rx} ${cy}S${cx - kx} ${cy - ry} ${cx} ${cy - ry}S${cx + rx} ${cy - ky} ${cx + rx} ${cy}z`
  );
}

function add(outline, data, matrix) {
  const at = (x, y) => {
    const point = matrix.transformPoint({ x, y });
    return [point.x, point.y];
  };
  const { nodes, handles } = anatomy(data);
  outline.shapes.push({ path: new Path2D(data), matrix });
  for (const [x, y] of nodes) outline.nodes.push(at(x, y));
  for (const [x, y, toX, toY] of handles) outline.handles.push([...at(x, y), ...at(toX, toY)]);
}

/** More nodes than this on the stage are not drawn one by one: they would cover the lines. */
const MOST_NODES = 4000;

/**
 * Draw what of an outline the stage shows.
 * @param {HTMLCanvasElement} canvas as large as the stage
 * @param {Outline} outline @param {{scale: number, x: number, y: number}} view
 * @param {{line: string, node: string, paper: string}} colors
 */
export function drawOutline(canvas, outline, view, colors) {
  const ratio = window.devicePixelRatio || 1;
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const toStage = new DOMMatrix([view.scale, 0, 0, view.scale, view.x, view.y]);
  const toCanvas = new DOMMatrix([ratio, 0, 0, ratio, 0, 0]).multiply(toStage);
  strokeShapes(context, outline, toCanvas, colors.line, ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const place = (x, y) => [x * view.scale + view.x, y * view.scale + view.y];
  const [width, height] = [canvas.width / ratio, canvas.height / ratio];
  const seen = ([x, y]) => x > -8 && y > -8 && x < width + 8 && y < height + 8;
  const nodes = outline.nodes.map(([x, y]) => place(x, y)).filter(seen);
  if (nodes.length > MOST_NODES) return;
  const handles = outline.handles
    .map(([x, y, toX, toY]) => [...place(x, y), ...place(toX, toY)])
    .filter((handle) => seen(handle) || seen(handle.slice(2)));
  drawHandles(context, handles, colors.node);
  drawNodes(context, nodes, colors);
}

function strokeShapes(context, outline, toCanvas, color, ratio) {
  context.strokeStyle = color;
  context.lineWidth = ratio;
  context.setTransform(1, 0, 0, 1, 0, 0);
  for (const { path, matrix } of outline.shapes) {
    const line = new Path2D();
    line.addPath(path, toCanvas.multiply(matrix));
    context.stroke(line);
  }
}

function drawHandles(context, handles, color) {
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 0.75;
  context.globalAlpha = 0.75;
  context.beginPath();
  for (const [x, y, toX, toY] of handles) {
    context.moveTo(x, y);
    context.lineTo(toX, toY);
  }
  context.stroke();
  context.beginPath();
  for (const [, , x, y] of handles) {
    context.moveTo(x + 2, y);
    context.arc(x, y, 2, 0, 2 * Math.PI);
  }
  context.fill();
  context.globalAlpha = 1;
}

function drawNodes(context, nodes, { node, paper }) {
  context.fillStyle = paper;
  context.strokeStyle = node;
  context.lineWidth = 1.25;
  context.beginPath();
  for (const [x, y] of nodes) context.rect(x - 2.5, y - 2.5, 5, 5);
  context.fill();
  context.stroke();
}
