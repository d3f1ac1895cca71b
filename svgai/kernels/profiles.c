/* What lies across a line at n points of it: the loops of profiles in svgai/draw/contour/strokes/profiles.py, which
   specifies them. A picture is (height, width, 4), single precision as there, its pixels' centres at ½. */

#include "cubics.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define CHANNELS 4
#define STEP 0.25
#define FARTHER 0.02
#define MOST_COVERAGE 1.2

typedef struct { double value[CHANNELS]; } Color;
typedef struct { long height, width; const float *pixels; } Picture;
typedef struct { double apart; long point; Point place; } Peak;

static long inside(long place, long count) { return place < 0 ? 0 : place >= count ? count - 1 : place; }

static double apart(Color one, Color other) {
    double sum = 0;
    for (int c = 0; c < CHANNELS; c++) sum += (one.value[c] - other.value[c]) * (one.value[c] - other.value[c]);
    return sqrt(sum);
}

/* The picture between its pixels; beyond its border the nearest pixel. */
static Color sampled(Picture picture, Point at) {
    float x = (float)(at.x - 0.5), y = (float)(at.y - 0.5);
    long column = (long)floorf(x), row = (long)floorf(y);
    float right = x - column, down = y - row;
    Color result = {{0}};
    for (int k = 0; k < 4; k++) {
        const float *pixel = picture.pixels + CHANNELS * (inside(row + k / 2, picture.height) * picture.width + inside(column + k % 2, picture.width));
        float weight = (k % 2 ? right : 1 - right) * (k / 2 ? down : 1 - down);
        for (int c = 0; c < CHANNELS; c++) result.value[c] += weight * pixel[c];
    }
    for (int c = 0; c < CHANNELS; c++) result.value[c] = (float)result.value[c];
    return result;
}

/* The sample from `first` on, one of `count`, that differs most from the middle one. */
static long ground(const Color *samples, long middle, long first, long count, double half) {
    long best = first;
    double most = -1;
    for (long k = first; k < first + count; k++) {
        double away = fabs((k - middle) * STEP), distance = 0;
        if (away >= fmax(half, 0.5)) distance = apart(samples[k], samples[middle]) * (1 - FARTHER * fmax(away - half, 0));
        if (distance > most) {
            most = distance;
            best = k;
        }
    }
    return best;
}

/* The sample of a line's core that differs most from both grounds. */
static Peak peak(const Color *samples, long middle, const Color *grounds, double half, Point point, Point side) {
    Peak found = {-1, 0, point};
    for (long k = 0; k <= 2 * middle; k++) {
        double along = (k - middle) * STEP;
        if (fabs(along) > fmax(half, 0.5)) continue;
        double away = fmin(apart(samples[k], grounds[0]), apart(samples[k], grounds[1]));
        if (away > found.apart) found = (Peak){away, 0, {point.x + along * side.x, point.y + along * side.y}};
    }
    return found;
}

/* Falling, and as they came where they are equal. */
static int farther(const void *one, const void *other) {
    const Peak *a = one, *b = other;
    if (a->apart != b->apart) return a->apart < b->apart ? 1 : -1;
    return a->point < b->point ? -1 : a->point > b->point;
}

/* The mean of the pixels at the first `count` peaks. */
static Color mean(Picture picture, const Peak *peaks, long count) {
    Color result = {{0}};
    for (long n = 0; n < count; n++) {
        long row = inside((long)floor(peaks[n].place.y), picture.height), column = inside((long)floor(peaks[n].place.x), picture.width);
        for (int c = 0; c < CHANNELS; c++) result.value[c] += picture.pixels[CHANNELS * (row * picture.width + column) + c];
    }
    for (int c = 0; c < CHANNELS; c++) result.value[c] /= count;
    return result;
}

/* The share of a line's colour over a ground in a sample. */
static double covered(Color sample, Color base, Color color) {
    double along = 0, length = 0;
    for (int c = 0; c < CHANNELS; c++) {
        double way = color.value[c] - base.value[c];
        along += (sample.value[c] - base.value[c]) * way;
        length += way * way;
    }
    return fmax(0, fmin(along / fmax(length, 1e-6), MOST_COVERAGE));
}

/* 2 · middle + 1 samples across each point, `half` a line's width; of the peaks that are farthest from the grounds
   `purest` make its colour. offset, width: (n,); grounds: (n, 2, 4); color: (4,). */
int profiles(long height, long width_of, const float *pixels, long count, const Point *points, const Point *sides, double half,
             long middle, long purest, double *offset, double *width, Color *grounds, Color *color) {
    Picture picture = {height, width_of, pixels};
    long across = 2 * middle + 1;
    Color *samples = malloc((size_t)(count * across + 1) * sizeof *samples);
    Peak *peaks = malloc((size_t)(count + 1) * sizeof *peaks);
    long *hands = malloc((size_t)(2 * count + 1) * sizeof *hands);
    int enough = samples && peaks && hands;
    for (long n = 0; enough && n < count; n++) {
        Color *here = samples + n * across;
        for (long k = 0; k < across; k++) {
            double along = (k - middle) * STEP;
            here[k] = sampled(picture, (Point){points[n].x + along * sides[n].x, points[n].y + along * sides[n].y});
        }
        hands[2 * n] = ground(here, middle, 0, middle, half);
        hands[2 * n + 1] = ground(here, middle, middle + 1, middle, half);
        for (int hand = 0; hand < 2; hand++) grounds[2 * n + hand] = here[hands[2 * n + hand]];
        peaks[n] = peak(here, middle, grounds + 2 * n, half, points[n], sides[n]);
        peaks[n].point = n;
    }
    if (enough) {
        qsort(peaks, (size_t)count, sizeof *peaks, farther);
        *color = mean(picture, peaks, purest < count ? purest : count);
    }
    for (long n = 0; enough && n < count; n++) {
        double total = 0, moment = 0;
        for (long k = hands[2 * n]; k <= hands[2 * n + 1]; k++) {
            double cover = covered(samples[n * across + k], grounds[2 * n + (k > middle)], *color);
            total += cover;
            moment += cover * (k - middle) * STEP;
        }
        offset[n] = moment / fmax(total, 1e-6);
        width[n] = total * STEP;
    }
    free(samples);
    free(peaks);
    free(hands);
    return !enough;
}
