/* Samples of lines and cubics, K of each: the loops of project in svgai/draw/outline/curves/cubics.py, of places in
   gauss_newton.py, of normals in normal_equations.py, and of the displacements and weights of refine.py beside them. */

#include "cubics.h"

#include <math.h>
#include <string.h>

static Point place(const Point *bezier, int is_line, double u) {
    double v = 1 - u;
    if (is_line) {
        Point chord = {bezier[3].x - bezier[0].x, bezier[3].y - bezier[0].y};
        return (Point){bezier[0].x + u * chord.x, bezier[0].y + u * chord.y};
    }
    double b0 = v * v * v, b1 = 3 * u * v * v, b2 = 3 * u * u * v, b3 = u * u * u;
    return (Point){b0 * bezier[0].x + b1 * bezier[1].x + b2 * bezier[2].x + b3 * bezier[3].x,
                   b0 * bezier[0].y + b1 * bezier[1].y + b2 * bezier[2].y + b3 * bezier[3].y};
}

/* The unit normal to the right hand of the walk, y down. */
static Point normal(const Point *bezier, int is_line, double u) {
    double v = 1 - u, b0 = v * v, b1 = 2 * u * v, b2 = u * u;
    Point slope = {bezier[3].x - bezier[0].x, bezier[3].y - bezier[0].y};
    if (!is_line)
        slope = (Point){b0 * (bezier[1].x - bezier[0].x) + b1 * (bezier[2].x - bezier[1].x) + b2 * (bezier[3].x - bezier[2].x),
                        b0 * (bezier[1].y - bezier[0].y) + b1 * (bezier[2].y - bezier[1].y) + b2 * (bezier[3].y - bezier[2].y)};
    double length = fmax(sqrt(slope.x * slope.x + slope.y * slope.y), 1e-12);
    return (Point){-slope.y / length, slope.x / length};
}

/* out: one Newton step of parameters towards the feet of points on cubics. */
int project(long curves, long count, const Point *beziers, const Point *points, const double *parameters, double *out) {
    memcpy(out, parameters, (size_t)(curves * count) * sizeof *out);
    for (long s = 0; s < curves; s++) project_cubic(count, beziers + 4 * s, points + s * count, out + s * count);
    return 0;
}

int places(long curves, long count, const Point *beziers, const char *line, const double *parameters, Point *out) {
    for (long s = 0; s < curves; s++)
        for (long k = s * count; k < (s + 1) * count; k++) out[k] = place(beziers + 4 * s, line[s], parameters[k]);
    return 0;
}

int normals(long curves, long count, const Point *beziers, const char *line, const double *parameters, Point *out) {
    for (long s = 0; s < curves; s++)
        for (long k = s * count; k < (s + 1) * count; k++) out[k] = normal(beziers + 4 * s, line[s], parameters[k]);
    return 0;
}

/* The difference, (height, width, 4), at x, y between its pixels, along `share`; 0 outside. */
static double seen(long height, long width, const float *difference, float x, float y, const double *share) {
    long column = (long)floorf(x), row = (long)floorf(y);
    double right = x - column, down = y - row, sum = 0;
    for (int k = 0; k < 4; k++) {
        long at_y = row + k / 2, at_x = column + k % 2;
        if (at_y < 0 || at_y >= height || at_x < 0 || at_x >= width) continue;
        const float *pixel = difference + 4 * (at_y * width + at_x);
        double weight = (k % 2 ? right : 1 - right) * (k / 2 ? down : 1 - down);
        for (int c = 0; c < 4; c++) sum += weight * share[c] * pixel[c];
    }
    return sum;
}

/* out: px to the right hand, `farthest` at most, from the difference read at `steps` distances across, evenly apart. */
int displacements(long height, long width, const float *difference, long curves, long count, const Point *beziers,
                  const char *line, const double *share, const double *parameters, long steps, const double *across,
                  double farthest, double *out) {
    for (long s = 0; s < curves; s++, beziers += 4, share += 4)
        for (long k = s * count; k < (s + 1) * count; k++) {
            Point at = place(beziers, line[s], parameters[k]), way = normal(beziers, line[s], parameters[k]);
            double total = 0;
            for (long step = 0; step < steps; step++) {
                float x = (float)(at.x - 0.5 + across[step] * way.x), y = (float)(at.y - 0.5 + across[step] * way.y);
                total += seen(height, width, difference, x, y, share);
            }
            total *= across[1] - across[0];
            out[k] = fmax(-farthest, fmin(total, farthest));
        }
    return 0;
}

static double distance(Point a, Point b) { return sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)); }

/* out: px of curve that each of the samples `at` stands for; 0 within `near` px of an end that is `sharp`, (S, 2). */
int sample_weights(long curves, long count, const Point *beziers, const Point *at, const char *sharp, const double *near,
                   double *out) {
    for (long s = 0; s < curves; s++, beziers += 4, at += count, sharp += 2, out += count) {
        double walked = 0;
        for (long k = 1; k < count; k++) walked += distance(at[k], at[k - 1]);
        for (long k = 0; k < count; k++) {
            int beside = (sharp[0] && distance(at[k], beziers[0]) < near[s]) || (sharp[1] && distance(at[k], beziers[3]) < near[s]);
            out[k] = beside ? 0 : walked / (count - 1);
        }
    }
    return 0;
}
