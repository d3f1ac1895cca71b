// One picture's numbers and reasons, from its record as `svgai convert --json` prints it.

import { buttonOf, element } from "./dom.js";

const TIERS = { 1: "simple", 2: "medium", 3: "complex" };

/** @param {number} count of bytes @returns {string} as 812 B, 4.1 kB, 1.2 MB */
export function sizeOf(count) {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

/**
 * The verdict in words.
 * @param {object} record
 * @returns {{word: string, kind: string, sentence: string}}
 */
export function verdictOf(record) {
  if (record.status === "failed") {
    return { word: "failed", kind: "failed", sentence: `${record.cause}; ${record.remedy}` };
  }
  if (record.status === "skipped") return { word: "skipped", kind: "skipped", sentence: "its SVG was there already" };
  const passed = record.verdict === "PASS";
  const late =
    record.in_time === false ? ` It took ${seconds(record)} where ${record.target_seconds} s are promised.` : "";
  const sentence = passed
    ? `Like its source: SSIM ${record.ssim.toFixed(4)}, where tier ${record.tier} asks for ${record.target_ssim}.`
    : `Not good enough: ${record.misses.join("; ")}.`;
  return { word: record.verdict, kind: passed ? "pass" : "miss", sentence: sentence + late };
}

function seconds(record) {
  return `${record.seconds.total.toFixed(2)} s`;
}

/**
 * @param {object} record
 * @param {(area: [number, number, number, number]) => void} lookAt shows x, y, width, height of the picture, px
 * @returns {HTMLElement}
 */
export function factsOf(record, lookAt) {
  const verdict = verdictOf(record);
  const headline = element(
    "p.headline",
    {},
    element(`span.verdict.${verdict.kind}`, {}, verdict.word),
    " ",
    record.in_time === false && element("span.verdict.late", {}, "late "),
    verdict.sentence,
  );
  const facts = element("div.facts", {}, headline);
  if (record.ssim === undefined) return facts;
  for (const reason of record.looks ?? []) facts.append(element("p.verdict.look", {}, `Look at it: ${reason}`));
  const time = Object.entries(record.seconds ?? {}).map(([stage, value]) => [stage, `${value.toFixed(2)} s`]);
  const declined = (record.declined ?? []).map(([plan, reason]) => `${plan}: ${reason}`);
  facts.append(
    ...listed("Likeness", likeness(record)),
    ...listed("Worst places", places(record, lookAt)),
    ...listed("Drawing", drawing(record)),
    ...pointed(`Why tier ${record.tier}, ${TIERS[record.tier]}`, record.reasons),
    ...listed("Time", time),
    ...pointed("Tried and declined", declined),
  );
  return facts;
}

function likeness(record) {
  return [
    ["SSIM", `${record.ssim.toFixed(5)} (≥\u00a0${record.target_ssim})`],
    ["of a flat colour", record.ssim_floor.toFixed(5)],
    ["mean ΔE", `${record.delta_e.toFixed(2)} (≤\u00a0${record.target_delta_e})`],
    ["alpha error", record.alpha_error.toFixed(4)],
  ];
}

/** Where structure is lost, and where a seam is: buttons that show the place. */
function places(record, lookAt) {
  const place = (words, area) => {
    const [x, y, width] = area ?? [0, 0, 0];
    return width > 0 && buttonOf(`${words} at ${x}, ${y}`, "Show this place", () => lookAt(area));
  };
  const structure = place(`keeps ${record.structure?.toFixed(2)}`, record.structure_window);
  const seam = record.seam > 0 && place(`${record.seam} px`, record.seam_window);
  return [
    structure && ["structure", structure],
    seam && ["seam", seam],
    record.crumbs > 0 && ["crumbs", record.crumbs],
  ];
}

function drawing(record) {
  return [
    ["size", `${record.width} × ${record.height} px`],
    record.plan && ["plan", record.plan],
    record.drawn && ["drawings tried", `${record.drawn}${record.time_limited ? ", cut short by the clock" : ""}`],
    record.shapes && ["shapes", record.shapes.toLocaleString("en")],
    record.segments && ["segments", record.segments.toLocaleString("en")],
    ["source", sizeOf(record.bytes_in)],
    ["SVG", sizeOf(record.bytes_out)],
  ];
}

function listed(title, pairs) {
  const cells = pairs.filter(Boolean).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return cells.length ? [element("h3", {}, title), element("dl", {}, ...cells)] : [];
}

function pointed(title, lines) {
  const points = lines.map((line) => element("li", {}, line));
  return points.length ? [element("h3", {}, title), element("ul", {}, ...points)] : [];
}
