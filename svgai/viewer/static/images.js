// Images of text and of addresses, as the viewer needs them.

/**
 * The SVG with its whole page stretched to the picture's size, which is how svgai measures it.
 * @param {string} text @param {{width: number, height: number}} size @returns {string}
 */
export function stretched(text, { width, height }) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (!root.hasAttribute("viewBox")) {
    const side = (name, otherwise) => Number.parseFloat(root.getAttribute(name)) || otherwise;
    root.setAttribute("viewBox", `0 0 ${side("width", width)} ${side("height", height)}`);
  }
  root.setAttribute("width", width);
  root.setAttribute("height", height);
  root.setAttribute("preserveAspectRatio", "none");
  return new XMLSerializer().serializeToString(root);
}

/** @param {string} svg @returns {string} an address of the text; URL.revokeObjectURL forgets it */
export function addressOf(svg) {
  return URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
}

/** @param {string} url @returns {Promise<HTMLImageElement>} ready to be drawn */
export async function loaded(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** @param {string} url @returns {Promise<string|null>} null where the browser does not let the page read it */
export async function textOf(url) {
  try {
    const answer = await fetch(url);
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}
