// SVG path data → points: where the nodes of its segments are, and the handles of its curves.
// Grammar: https://www.w3.org/TR/SVG11/paths.html#PathDataBNF

/** How many numbers each command takes. */
const COUNTS = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 };
const NUMBER = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?";
/** One arc: its two flags may stand together, as in `a1 1 0 01 5 5`. */
const ARC = [NUMBER, NUMBER, NUMBER, "[01]", "[01]", NUMBER, NUMBER].map((part) => `(${part})`).join("[\\s,]*");

/**
 * @typedef {{nodes: number[][], handles: number[][]}} Anatomy
 *   nodes: [x, y]; handles: [x of the node, y of the node, x of the control, y of the control]
 */

/** @param {string} data the d attribute @returns {Anatomy} */
export function anatomy(data) {
  const reader = new Reader();
  for (const [command, numbers] of commands(data)) reader.take(command, numbers);
  return { nodes: reader.nodes, handles: reader.handles };
}

/** Each command with one set of its numbers. */
function* commands(data) {
  for (const [, letter, rest] of data.matchAll(/([a-df-zA-DF-Z])([^a-df-zA-DF-Z]*)/g)) {
    const count = COUNTS[letter.toUpperCase()];
    if (count === undefined) return;
    if (count === 0) yield [letter, []];
    const numbers = count === 7 ? arcNumbers(rest) : [...rest.matchAll(RegExp(NUMBER, "g"))].map(Number);
    for (let at = 0; count > 0 && at + count <= numbers.length; at += count) {
      yield [at > 0 ? following(letter) : letter, numbers.slice(at, at + count)];
    }
  }
}

/** What a command's second set of numbers means: after a move come lines. */
function following(letter) {
  return { M: "L", m: "l" }[letter] ?? letter;
}

function arcNumbers(text) {
  return [...text.matchAll(RegExp(ARC, "g"))].flatMap((found) => found.slice(1).map(Number));
}

class Reader {
  constructor() {
    this.nodes = [];
    this.handles = [];
    this.at = [0, 0];
    this.start = [0, 0];
    this.control = null; // the last curve's second control, for S and T
  }

  take(letter, numbers) {
    const command = letter.toUpperCase();
    if (command === "Z") {
      this.at = this.start;
      this.control = null;
      return;
    }
    const points = this.points(command, numbers, letter !== command);
    const end = points.at(-1);
    const controls = this.controls(command, points);
    if (controls.length) {
      this.handle(this.at, controls[0]);
      this.handle(end, controls.at(-1));
    }
    // What S and T reflect is the last control of a curve of their own kind; another's does little harm here.
    this.control = controls.at(-1) ?? null;
    this.at = end;
    if (command === "M") this.start = end;
    // A path that returns to its start has one node there.
    if (command === "M" || !isSame(end, this.start)) this.nodes.push(end);
  }

  points(command, numbers, relative) {
    const [x, y] = this.at;
    if (command === "H") return [[relative ? x + numbers[0] : numbers[0], y]];
    if (command === "V") return [[x, relative ? y + numbers[0] : numbers[0]]];
    const flat = command === "A" ? numbers.slice(5) : numbers;
    const points = [];
    for (let k = 0; k < flat.length; k += 2) {
      points.push(relative ? [x + flat[k], y + flat[k + 1]] : [flat[k], flat[k + 1]]);
    }
    return points;
  }

  controls(command, points) {
    if (command === "C" || command === "Q") return points.slice(0, -1);
    const reflected = this.control ? this.at.map((v, k) => 2 * v - this.control[k]) : this.at;
    if (command === "S") return [reflected, points[0]];
    if (command === "T") return [reflected];
    return [];
  }

  handle(node, control) {
    if (!isSame(node, control)) this.handles.push([...node, ...control]);
  }
}

function isSame(one, other) {
  return Math.abs(one[0] - other[0]) < 1e-6 && Math.abs(one[1] - other[1]) < 1e-6;
}
