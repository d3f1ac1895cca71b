/* Pixels as mixes of one colour with those near them: the loops of Cover.explained and Cover.between in
   svgai/draw/contour/labels/cover.py, which specify them, in single precision as there. */

#include <math.h>
#include <stdint.h>

#define NEAR 4     /* candidates of a pixel */
#define CHANNELS 4 /* of a colour */

static float dot(const float *one, const float *other) {
    float sum = 0;
    for (int c = 0; c < CHANNELS; c++) sum += one[c] * other[c];
    return sum;
}

static void less(const float *one, const float *other, float *out) {
    for (int c = 0; c < CHANNELS; c++) out[c] = one[c] - other[c];
}

typedef struct { int16_t base; float share, error; } Found;

/* The mix of a colour with a ground, if it errs less than what is known. */
static void with_one(const float *pixel, const float *color, const float *ground, int16_t number, float limit, Found *known) {
    float span[CHANNELS], offset[CHANNELS];
    less(color, ground, span);
    less(pixel, ground, offset);
    float contrast = dot(span, span), along = dot(offset, span) / fmaxf(contrast, 1e-6f);
    along = along < 0 ? 0 : along > 1 ? 1 : along;
    for (int c = 0; c < CHANNELS; c++) offset[c] -= along * span[c];
    float error = sqrtf(dot(offset, offset)) - (along >= 1 ? limit / 2 : 0);
    if (error < known->error) *known = (Found){number, along, error};
}

/* The mix of a colour with two grounds, if it is one and errs less than what is known. */
static void with_two(const float *pixel, const float *color, const float *one, const float *other, int16_t number,
                     int16_t second, Found *known) {
    float a[CHANNELS], b[CHANNELS], x[CHANNELS];
    less(one, color, a);
    less(other, color, b);
    less(pixel, color, x);
    float aa = dot(a, a), bb = dot(b, b), ab = dot(a, b), xa = dot(x, a), xb = dot(x, b);
    float area = fmaxf(aa * bb - ab * ab, 1e-6f * (aa * bb + 1));
    float s = (bb * xa - ab * xb) / area, t = (aa * xb - ab * xa) / area;
    if (!(s >= 0 && t >= 0 && s + t <= 1)) return;
    for (int c = 0; c < CHANNELS; c++) x[c] = x[c] - s * a[c] - t * b[c];
    float error = sqrtf(dot(x, x));
    if (error < known->error) *known = (Found){s > t ? number : second, 1 - s - t, error};
}

/* n pixels, their features (n, 4), and the palette's colours near each, (n, 4), −1 for none; `two`: between two of
   them too, where none alone explains a pixel within the limit. */
int cover(long count, const float *features, const int16_t *near, const float *colors, const float *color, double limit,
          long two, int16_t *base, float *share, float *error) {
    static const int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};
    for (long n = 0; n < count; n++, features += CHANNELS, near += NEAR) {
        Found best = {near[0], 0, INFINITY};
        for (int k = 0; k < NEAR; k++)
            if (near[k] >= 0) with_one(features, color, colors + CHANNELS * near[k], near[k], (float)limit, &best);
        /* Which pixels two grounds are tried for is settled by their error with one. */
        for (int p = 0, tried = two && best.error > (float)limit; tried && p < 3; p++) {
            int16_t one = near[pairs[p][0]], other = near[pairs[p][1]];
            if (one >= 0 && other >= 0)
                with_two(features, color, colors + CHANNELS * one, colors + CHANNELS * other, one, other, &best);
        }
        base[n] = best.base;
        share[n] = best.share;
        error[n] = best.error;
    }
    return 0;
}
