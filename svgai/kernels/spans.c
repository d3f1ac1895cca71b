/* The cheapest segment between pairs of joints, a line or a cubic: the loop of choose._spans in
   svgai/draw/outline/fit/choose.py, which specifies it and says where each number comes from. */

#include "cubics.h"

#include <math.h>
#include <string.h>

#define SAMPLES 16
#define ROUNDS 3

static const double CUBIC = 1.0, LINE = 0.3, POINT = 0.3, FARTHEST = 9, SHORT = 2.0, SHARE = 0.75, LEAN = 4, NOISE = 0.04;
static const double CHORD_TURN = 0.02, CHORD_BOW = 0.3;

typedef struct {
    Point ends[2], tangents[2], points[SAMPLES];
    double hold[2], length, chord, weight[SAMPLES], tolerance, share;
} Span;

static double cross(Point a, Point b) { return a.x * b.y - a.y * b.x; }
static Point less(Point a, Point b) { return (Point){a.x - b.x, a.y - b.y}; }
static double size(Point a) { return sqrt(a.x * a.x + a.y * a.y); }

/* The price of a segment whose points lie so far off; infinite where one exceeds the tolerance. */
static double cost(const Span *span, const double *distance, double segment) {
    double sum = 0;
    for (int k = 0; k < SAMPLES; k++) {
        if (!(distance[k] <= span->tolerance)) return INFINITY;
        double off = fmin(distance[k], FARTHEST) / span->tolerance;
        sum += off * off * off * off;
    }
    return segment + POINT * span->share * sum;
}

static double line_cost(const Span *span) {
    Point chord = less(span->ends[1], span->ends[0]);
    double length = fmax(span->chord, 1e-9), distance[SAMPLES];
    Point along = {chord.x / length, chord.y / length};
    int smooth = 0;
    if (length < 1e-6) return INFINITY;
    for (int e = 0; e < 2; e++) {
        if (span->hold[e] <= FREE) continue;
        smooth++;
        if (fabs(cross(span->tangents[e], along)) > CHORD_TURN + CHORD_BOW / length) return INFINITY;
    }
    for (int k = 0; k < SAMPLES; k++)
        distance[k] = fabs(cross(less(span->points[k], span->ends[0]), along)) * span->weight[k];
    return cost(span, distance, LINE + smooth * SHORT / fmax(span->length, 1));
}

static double cubic_cost(const Span *span, const double *spread, Point *bezier) {
    double parameters[SAMPLES], distance[SAMPLES];
    Point normals[SAMPLES];
    fit_cubic(SAMPLES, span->ends, span->tangents, span->hold, span->length, span->points, span->weight, ROUNDS,
              (Scratch){parameters, normals}, bezier, distance);
    for (int e = 0; e < 2; e++) {
        Point handle = less(bezier[1 + e], span->ends[e]);
        if (span->hold[e] > FREE && fabs(cross(handle, span->tangents[e])) > LEAN * spread[e] * size(handle)) return INFINITY;
    }
    return cost(span, distance, CUBIC);
}

/* S spans from joint start to joint stop. index, run, at, tangents, is_free, spread: of joints; points, trusted, walked:
   of the runs' points; tolerance: of runs. beziers: (S, 4, 2), costs: (S,). */
int spans(long count, const long *start, const long *stop, const long *index, const long *run, const Point *at,
          const Point *tangents, const char *is_free, const double *spread, const Point *points, const char *trusted,
          const double *walked, const double *tolerance, Point *beziers, double *costs) {
    for (long s = 0; s < count; s++) {
        long joint[2] = {start[s], stop[s]}, first = index[joint[0]], last = index[joint[1]];
        double spreads[2], counted = 0;
        Point cubic[4];
        Span span = {.ends = {at[joint[0]], at[joint[1]]}, .tolerance = SHARE * tolerance[run[joint[0]]]};
        span.tangents[0] = tangents[joint[0]];
        span.tangents[1] = (Point){-tangents[joint[1]].x, -tangents[joint[1]].y};
        span.chord = size(less(span.ends[1], span.ends[0]));
        span.length = fmax(walked[last] - walked[first], span.chord);
        for (int e = 0; e < 2; e++) {
            spreads[e] = spread[joint[e]];
            double off = NOISE / (spreads[e] * fmax(span.length, 1) / 3);
            span.hold[e] = is_free[joint[e]] ? FREE : fmin(off * off, HELD);
        }
        for (int k = 0; k < SAMPLES; k++) {
            long where = (long)rint(first + (last - first) * ((k + 1) / (SAMPLES + 1.0)));
            span.points[k] = points[where];
            span.weight[k] = trusted[where] && where != first && where != last;
            counted += span.weight[k];
        }
        span.share = (last - first - 1) / fmax(counted, 1);
        Point *bezier = beziers + 4 * s;
        bezier[0] = bezier[1] = span.ends[0];
        bezier[2] = bezier[3] = span.ends[1];
        costs[s] = line_cost(&span);
        if (costs[s] > CUBIC) {
            double price = cubic_cost(&span, spreads, cubic);
            if (price <= costs[s]) {
                memcpy(bezier, cubic, sizeof cubic);
                costs[s] = price;
            }
        }
    }
    return 0;
}
