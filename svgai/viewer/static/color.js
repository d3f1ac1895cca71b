// Colour difference as svgai measures it: CIEDE2000 of sRGB colours under D65.
// Sharma, Wu, Dalal: The CIEDE2000 color-difference formula, Color Research and Application 30 (2005), 21–30.

const WHITE_X = 0.95047;
const WHITE_Z = 1.08883;
const DEGREE = Math.PI / 180;
const POWER_25_7 = 25 ** 7;

/** Linear light of each 8-bit sRGB value (IEC 61966-2-1). */
const LINEAR = Float64Array.from({ length: 256 }, (_, value) => {
  const level = value / 255;
  return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
});

function root(value) {
  return value > 216 / 24389 ? Math.cbrt(value) : (value * 24389) / 3132 + 4 / 29;
}

/** @param {number} red 0–255 @param {number} green @param {number} blue @returns {number[]} L*, a*, b* */
export function lab(red, green, blue) {
  const r = LINEAR[red];
  const g = LINEAR[green];
  const b = LINEAR[blue];
  const x = root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / WHITE_X);
  const y = root(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = root((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / WHITE_Z);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function hue(a, b) {
  return a || b ? (Math.atan2(b, a) + 2 * Math.PI) % (2 * Math.PI) : 0;
}

/** @param {number[]} one L*, a*, b* @param {number[]} other @returns {number} ΔE00 */
export function ciede2000([l1, a1, b1], [l2, a2, b2]) {
  const chroma7 = ((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2) ** 7;
  const stretch = 1.5 - 0.5 * Math.sqrt(chroma7 / (chroma7 + POWER_25_7));
  const chroma1 = Math.hypot(a1 * stretch, b1);
  const chroma2 = Math.hypot(a2 * stretch, b2);
  const hue1 = hue(a1 * stretch, b1);
  const hue2 = hue(a2 * stretch, b2);
  const grey = chroma1 * chroma2 === 0;

  let turn = grey ? 0 : hue2 - hue1;
  if (turn > Math.PI) turn -= 2 * Math.PI;
  else if (turn < -Math.PI) turn += 2 * Math.PI;
  const lightness = l2 - l1;
  const chroma = chroma2 - chroma1;
  const hueStep = 2 * Math.sqrt(chroma1 * chroma2) * Math.sin(turn / 2);

  let meanHue = hue1 + hue2;
  if (!grey) {
    meanHue /= 2;
    if (Math.abs(hue1 - hue2) > Math.PI) meanHue += meanHue < Math.PI ? Math.PI : -Math.PI;
  }
  const meanChroma = (chroma1 + chroma2) / 2;
  const offset = ((l1 + l2) / 2 - 50) ** 2;
  const t =
    1 -
    0.17 * Math.cos(meanHue - 30 * DEGREE) +
    0.24 * Math.cos(2 * meanHue) +
    0.32 * Math.cos(3 * meanHue + 6 * DEGREE) -
    0.2 * Math.cos(4 * meanHue - 63 * DEGREE);
  const lightnessWeight = 1 + (0.015 * offset) / Math.sqrt(20 + offset);
  const chromaWeight = 1 + 0.045 * meanChroma;
  const hueWeight = 1 + 0.015 * meanChroma * t;
  const meanChroma7 = meanChroma ** 7;
  const angle = 60 * DEGREE * Math.exp(-(((meanHue / DEGREE - 275) / 25) ** 2));
  const rotation = -2 * Math.sqrt(meanChroma7 / (meanChroma7 + POWER_25_7)) * Math.sin(angle);

  const dl = lightness / lightnessWeight;
  const dc = chroma / chromaWeight;
  const dh = hueStep / hueWeight;
  return Math.sqrt(Math.max(dl * dl + dc * dc + dh * dh + rotation * dc * dh, 0));
}
