/* The greatest of several functions in every cell of a fine lattice: the loops of svgai/draw/outline/fine_lattice.py.

phi: (colors, cells) float32. Sums are in the order of OpenCV's INTER_AREA, so that areas agree to the bit. */

#include <stdint.h>
#include <stdlib.h>

static float greater(float one, float other) { return one > other ? one : other; }
static float lesser(float one, float other) { return one < other ? one : other; }

/* The greatest and the next of each of `count` cells. step: from one colour's cell to the next colour's. */
static void two_greatest(long colors, long count, long step, const float *restrict phi, float *restrict most,
                         float *restrict next) {
    for (long k = 0; k < count; k++) {
        most[k] = greater(phi[k], phi[step + k]);
        next[k] = lesser(phi[k], phi[step + k]);
    }
    for (long c = 2; c < colors; c++) {
        const float *restrict plane = phi + c * step;
        for (long k = 0; k < count; k++) {
            next[k] = greater(next[k], lesser(most[k], plane[k]));
            most[k] = greater(most[k], plane[k]);
        }
    }
}

/* How much of each of `count` cells one colour has, by its lead on the greatest other. */
static void insides(long count, float span, const float *restrict own, const float *restrict most,
                    const float *restrict next, float *restrict inside) {
    for (long k = 0; k < count; k++) {
        float first = most[k], second = next[k], value = own[k];
        float share = (value - (value >= first ? second : first)) / span + 0.5f;
        inside[k] = lesser(greater(share, 0), 1);
    }
}

/* areas: (measured, rows, columns), of the first `measured` colours, in pixels of fineness × fineness cells. */
int level_areas(long colors, long measured, long rows, long columns, long fineness, double twice_slope,
                const float *phi, float *areas) {
    float span = (float)twice_slope;
    long width = columns * fineness, plane = rows * fineness * width;
    float *most = malloc(3 * width * sizeof(float)), *next = most + width, *inside = next + width;
    if (!most) return 1;
    for (long k = 0; k < measured * rows * columns; k++) areas[k] = 0;
    for (long y = 0; y < rows * fineness; y++) {
        const float *row = phi + y * width;
        two_greatest(colors, width, plane, row, most, next);
        for (long c = 0; c < measured; c++) {
            insides(width, span, row + c * plane, most, next, inside);
            float *area = areas + (c * rows + y / fineness) * columns;
            for (long x = 0; x < columns; x++) {
                float sum = 0;
                for (long k = x * fineness; k < (x + 1) * fineness; k++) sum += inside[k];
                area[x] += sum;
            }
        }
    }
    float share = 1.0f / (float)(fineness * fineness);
    for (long k = 0; k < measured * rows * columns; k++) areas[k] *= share;
    free(most);
    return 0;
}

/* first, second: the colours of the greatest and the next in each cell, of equal ones the later; lead: between them. */
int leaders(long colors, long cells, const float *phi, int64_t *first, int64_t *second, float *lead) {
    for (long k = 0; k < cells; k++) {
        long best = 0, other = -1;
        for (long c = 1; c < colors; c++) {
            float value = phi[c * cells + k];
            if (value >= phi[best * cells + k]) {
                other = best;
                best = c;
            } else if (other < 0 || value >= phi[other * cells + k]) {
                other = c;
            }
        }
        first[k] = best;
        second[k] = other;
        lead[k] = phi[best * cells + k] - phi[other * cells + k];
    }
    return 0;
}
