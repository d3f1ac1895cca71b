// Where a picture lies on its stage: stage point = picture point × scale + (x, y). Pure functions on plain records.

/**
 * @typedef {{width: number, height: number}} Size in px
 * @typedef {{scale: number, x: number, y: number}} View
 * @typedef {{x: number, y: number}} Point
 */

/** The picture is shown up to this many times its own size, and up to this many times what fits the stage. */
export const LARGEST = 16;
/** Empty space around a fitted picture, in px. */
const MARGIN = 12;

/** @param {Size} picture @param {Size} stage @returns {number} the scale at which the whole picture is seen */
export function fittingScale(picture, stage) {
  const across = Math.max(stage.width - 2 * MARGIN, 1) / picture.width;
  const down = Math.max(stage.height - 2 * MARGIN, 1) / picture.height;
  return Math.min(across, down);
}

/** @param {Size} picture @param {Size} stage @returns {View} the whole picture, centred */
export function fitted(picture, stage) {
  return centred(fittingScale(picture, stage), picture, stage);
}

/** @param {number} scale @param {Size} picture @param {Size} stage @returns {View} */
export function centred(scale, picture, stage) {
  return {
    scale,
    x: (stage.width - picture.width * scale) / 2,
    y: (stage.height - picture.height * scale) / 2,
  };
}

/**
 * An area in the middle, at most a quarter of the stage in size.
 * @param {[number, number, number, number]} area x, y, width, height in the picture, px
 * @param {Size} picture @param {Size} stage @returns {View}
 */
export function closeTo([left, top, width, height], picture, stage) {
  const fit = fitted(picture, stage);
  const scale = Math.min(stage.width / width, stage.height / height) / 4;
  const view = scaledAbout(fit, scale, { x: stage.width / 2, y: stage.height / 2 }, picture, stage);
  const to = {
    x: stage.width / 2 - (left + width / 2) * view.scale,
    y: stage.height / 2 - (top + height / 2) * view.scale,
  };
  return moved(view, { x: to.x - view.x, y: to.y - view.y }, picture, stage);
}

/**
 * The view with the picture scaled about a point of the stage that stays where it is.
 * @param {View} view @param {number} scale @param {Point} at @param {Size} picture @param {Size} stage
 * @returns {View}
 */
export function scaledAbout(view, scale, at, picture, stage) {
  const fit = fittingScale(picture, stage);
  const bounded = Math.min(Math.max(scale, Math.min(fit, 1)), LARGEST * Math.max(fit, 1));
  const factor = bounded / view.scale;
  const moved = { scale: bounded, x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor };
  return kept(moved, picture, stage);
}

/** @param {View} view @param {Point} by @param {Size} picture @param {Size} stage @returns {View} */
export function moved(view, by, picture, stage) {
  return kept({ scale: view.scale, x: view.x + by.x, y: view.y + by.y }, picture, stage);
}

/** @param {View} view @param {Size} picture @param {Size} stage @returns {boolean} whether it reaches past the stage */
export function overflows(view, picture, stage) {
  return picture.width * view.scale > stage.width + 1 || picture.height * view.scale > stage.height + 1;
}

/** The view with the picture centred where it fits, and else without a gap at the stage's edges. */
function kept(view, picture, stage) {
  return {
    scale: view.scale,
    x: keptAlong(view.x, picture.width * view.scale, stage.width),
    y: keptAlong(view.y, picture.height * view.scale, stage.height),
  };
}

function keptAlong(offset, length, room) {
  if (length <= room) return (room - length) / 2;
  return Math.min(MARGIN, Math.max(offset, room - length - MARGIN));
}
