/* Passes over pictures of 8-bit RGBA pixels: the loops of svgai/picture/alpha.py and raster.py, to the bit. */

#include <stdint.h>
#include <string.h>

/* value / 255 to the nearest, exact up to 255² (J. Blinn, "Three wrongs make a right", IEEE CG&A 15(6), 1995). */
static uint8_t by_255(uint32_t value) {
    value += 128;
    return (uint8_t)((value + (value >> 8)) >> 8);
}

int premultiply(long count, const uint8_t *straight, uint8_t *out) {
    for (long k = 0; k < 4 * count; k += 4) {
        uint32_t alpha = straight[k + 3];
        for (int c = 0; c < 3; c++) out[k + c] = by_255(straight[k + c] * alpha);
        out[k + 3] = (uint8_t)alpha;
    }
    return 0;
}

int straight_alpha(long count, const uint8_t *premultiplied, uint8_t *out) {
    for (long k = 0; k < 4 * count; k += 4) {
        uint32_t alpha = premultiplied[k + 3];
        memcpy(out + k, premultiplied + k, 4);
        if (alpha == 0 || alpha == 255) continue;
        for (int c = 0; c < 3; c++) {
            uint32_t value = (premultiplied[k + c] * 255u + alpha / 2) / alpha;
            out[k + c] = (uint8_t)(value < 255 ? value : 255);
        }
    }
    return 0;
}

/* Straight alpha composited on an opaque colour of 3 channels. */
int over(long count, const uint8_t *straight, const uint8_t *ground, uint8_t *out) {
    for (long k = 0; k < 4 * count; k += 4) {
        uint32_t alpha = straight[k + 3];
        for (int c = 0; c < 3; c++) out[k + c] = by_255(straight[k + c] * alpha + ground[c] * (255 - alpha));
        out[k + 3] = 255;
    }
    return 0;
}

/* Pixels with no colour where alpha is 0. */
int cleared(long count, const uint8_t *pixels, uint8_t *out) {
    for (long k = 0; k < 4 * count; k += 4) {
        if (pixels[k + 3]) memcpy(out + k, pixels + k, 4);
        else memset(out + k, 0, 4);
    }
    return 0;
}

/* found: whether any pixel has colour where alpha is 0. */
int stained(long count, const uint8_t *pixels, uint8_t *found) {
    *found = 0;
    for (long k = 0; k < 4 * count && !*found; k += 4) *found = !pixels[k + 3] && (pixels[k] || pixels[k + 1] || pixels[k + 2]);
    return 0;
}

/* sums: of the squared differences of two premultiplied pictures' three colour channels over black and over white. */
int squared_errors(long count, const uint8_t *source, const uint8_t *seen, double *sums) {
    int64_t black = 0, white = 0;
    for (long k = 0; k < 4 * count; k += 4) {
        int opacity = source[k + 3] - seen[k + 3];
        for (int c = 0; c < 3; c++) {
            int difference = source[k + c] - seen[k + c];
            black += difference * difference;
            white += (difference - opacity) * (difference - opacity);
        }
    }
    sums[0] = (double)black;
    sums[1] = (double)white;
    return 0;
}
