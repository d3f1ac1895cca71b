/* Cubic Béziers through points by least squares: the loop of svgai/draw/outline/curves/cubics.py, one curve at a time.

   fit_cubics there is the specification: its numpy version says what each step is and where it comes from. */

#include "cubics.h"

#include <math.h>
#include <stdlib.h>

#define RIDGE 3e-3
#define SLIDING 0.04

static double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }

static void chord_parameters(long count, const Point *points, const Point *ends, double *u) {
    double walked = 0;
    Point last = ends[0];
    for (long k = 0; k < count; k++) {
        walked += sqrt((points[k].x - last.x) * (points[k].x - last.x) + (points[k].y - last.y) * (points[k].y - last.y));
        u[k] = walked;
        last = points[k];
    }
    walked += sqrt((ends[1].x - last.x) * (ends[1].x - last.x) + (ends[1].y - last.y) * (ends[1].y - last.y));
    double total = walked > 1e-12 ? walked : 1e-12;
    for (long k = 0; k < count; k++) u[k] /= total;
}

void project_cubic(long count, const Point *bezier, const Point *points, double *u) {
    double a[2] = {bezier[0].x, bezier[0].y};
    double b[2] = {3 * (bezier[1].x - bezier[0].x), 3 * (bezier[1].y - bezier[0].y)};
    double c[2] = {3 * (bezier[2].x - 2 * bezier[1].x + bezier[0].x), 3 * (bezier[2].y - 2 * bezier[1].y + bezier[0].y)};
    double d[2] = {bezier[3].x - 3 * bezier[2].x + 3 * bezier[1].x - bezier[0].x,
                   bezier[3].y - 3 * bezier[2].y + 3 * bezier[1].y - bezier[0].y};
    for (long k = 0; k < count; k++) {
        double t = u[k], slope = 0, pull = 0, curve = 0;
        double at[2] = {points[k].x, points[k].y};
        for (int axis = 0; axis < 2; axis++) {
            double offset = ((d[axis] * t + c[axis]) * t + b[axis]) * t + a[axis] - at[axis];
            double first = (3 * d[axis] * t + 2 * c[axis]) * t + b[axis];
            slope += first * first;
            pull += offset * first;
            curve += offset * (6 * d[axis] * t + 2 * c[axis]);
        }
        double bend = curve > -0.7 * slope ? curve : -0.7 * slope;
        double divisor = slope + bend > 1e-12 ? slope + bend : 1e-12;
        double moved = t - pull / divisor;
        u[k] = moved < 0 ? 0 : moved > 1 ? 1 : moved;
    }
}

/* Unit normals of the cubic at each parameter. */
static void normals(long count, const Point *bezier, const double *u, Point *normal) {
    Point arm[3];
    for (int k = 0; k < 3; k++) arm[k] = (Point){3 * (bezier[k + 1].x - bezier[k].x), 3 * (bezier[k + 1].y - bezier[k].y)};
    for (long k = 0; k < count; k++) {
        double t = u[k], v = 1 - t;
        double dx = v * v * arm[0].x + 2 * t * v * arm[1].x + t * t * arm[2].x;
        double dy = v * v * arm[0].y + 2 * t * v * arm[1].y + t * t * arm[2].y;
        double size = sqrt(dx * dx + dy * dy);
        if (size < 1e-12) size = 1e-12;
        normal[k] = (Point){-dy / size, dx / size};
    }
}

/* Solve a symmetric positive 4 × 4 system by 2 × 2 blocks. */
static void solve4(double m[4][4], const double *right, double *x) {
    double det = m[0][0] * m[1][1] - m[0][1] * m[1][0];
    double i00 = m[1][1] / det, i01 = -m[0][1] / det, i10 = -m[1][0] / det, i11 = m[0][0] / det;
    double c00 = m[2][0] * i00 + m[2][1] * i10, c01 = m[2][0] * i01 + m[2][1] * i11;
    double c10 = m[3][0] * i00 + m[3][1] * i10, c11 = m[3][0] * i01 + m[3][1] * i11;
    double s00 = m[2][2] - (c00 * m[0][2] + c01 * m[1][2]), s01 = m[2][3] - (c00 * m[0][3] + c01 * m[1][3]);
    double s10 = m[3][2] - (c10 * m[0][2] + c11 * m[1][2]), s11 = m[3][3] - (c10 * m[0][3] + c11 * m[1][3]);
    double r0 = right[2] - (c00 * right[0] + c01 * right[1]), r1 = right[3] - (c10 * right[0] + c11 * right[1]);
    double d = s00 * s11 - s01 * s10;
    x[2] = (s11 * r0 - s01 * r1) / d;
    x[3] = (-s10 * r0 + s00 * r1) / d;
    double q0 = right[0] - (m[0][2] * x[2] + m[0][3] * x[3]), q1 = right[1] - (m[1][2] * x[2] + m[1][3] * x[3]);
    x[0] = i00 * q0 + i01 * q1;
    x[1] = i10 * q0 + i11 * q1;
}

/* The least-squares cubic at fixed parameters; normal is NULL where distances count the same in all directions. */
static void solve(long count, const Point *ends, const Point *tangents, const double *hold, double length,
                  const Point *points, const double *weight, const double *u, const Point *normal, Point *bezier) {
    Point frame[2][2];
    for (int e = 0; e < 2; e++) {
        frame[e][0] = tangents[e];
        frame[e][1] = (Point){-tangents[e].y, tangents[e].x};
    }
    double s11 = 0, s12 = 0, s22 = 0, m[4][4] = {{0}}, right[4] = {0}, x[4];
    Point sum1 = {0, 0}, sum2 = {0, 0};
    for (long k = 0; k < count; k++) {
        double w = weight[k];
        if (w == 0) continue;
        double t = u[k], v = 1 - t, b1 = 3 * t * v * v, b2 = 3 * t * t * v;
        double first = v * v * (v + 3 * t), last = t * t * (t + 3 * v);
        Point rest = {points[k].x - first * ends[0].x - last * ends[1].x, points[k].y - first * ends[0].y - last * ends[1].y};
        s11 += w * b1 * b1;
        s12 += w * b1 * b2;
        s22 += w * b2 * b2;
        sum1.x += w * b1 * rest.x;
        sum1.y += w * b1 * rest.y;
        sum2.x += w * b2 * rest.x;
        sum2.y += w * b2 * rest.y;
        if (normal) {
            double across = dot(normal[k], rest), share = (1 - SLIDING) * w;
            double row[4] = {b1 * dot(normal[k], frame[0][0]), b1 * dot(normal[k], frame[0][1]),
                             b2 * dot(normal[k], frame[1][0]), b2 * dot(normal[k], frame[1][1])};
            for (int i = 0; i < 4; i++) {
                right[i] += share * row[i] * across;
                for (int j = i; j < 4; j++) m[i][j] += share * row[i] * row[j];
            }
        }
    }
    double all = normal ? SLIDING : 1;
    m[0][0] += all * s11;
    m[1][1] += all * s11;
    m[2][2] += all * s22;
    m[3][3] += all * s22;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) m[i][2 + j] += all * s12 * dot(frame[0][i], frame[1][j]);
    for (int i = 0; i < 2; i++) {
        right[i] += all * dot(frame[0][i], sum1);
        right[2 + i] += all * dot(frame[1][i], sum2);
    }
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++) m[i][j] = m[j][i];
    m[0][0] += RIDGE;
    m[2][2] += RIDGE;
    m[1][1] += hold[0];
    m[3][3] += hold[1];
    right[0] += RIDGE * length / 3;
    right[2] += RIDGE * length / 3;
    solve4(m, right, x);
    bezier[0] = ends[0];
    bezier[3] = ends[1];
    for (int e = 0; e < 2; e++) {
        double along = x[2 * e], across = hold[e] >= HELD ? 0 : x[2 * e + 1]; /* a held control is on its tangent */
        bezier[1 + e] = (Point){ends[e].x + along * frame[e][0].x + across * frame[e][1].x,
                                ends[e].y + along * frame[e][0].y + across * frame[e][1].y};
    }
}

/* Whether both handles go along their tangents, within 84°, and reach no farther than the arc's length. */
static int is_sane(const Point *bezier, const Point *tangents, double length) {
    for (int e = 0; e < 2; e++) {
        Point end = bezier[3 * e], handle = {bezier[1 + e].x - end.x, bezier[1 + e].y - end.y};
        double reach = sqrt(dot(handle, handle));
        if (!(dot(handle, tangents[e]) > 0.1 * reach && reach <= length)) return 0;
    }
    return 1;
}

void fit_cubic(long count, const Point *ends, const Point *tangents, const double *hold, double length,
               const Point *points, const double *weight, long rounds, Scratch scratch, Point *bezier, double *distance) {
    double *u = scratch.parameters;
    chord_parameters(count, points, ends, u);
    for (long round = 0; round < rounds; round++) {
        solve(count, ends, tangents, hold, length, points, weight, u, round ? scratch.normals : NULL, bezier);
        project_cubic(count, bezier, points, u);
        if (round + 1 < rounds) normals(count, bezier, u, scratch.normals);
    }
    if (!is_sane(bezier, tangents, length)) {
        for (int e = 0; e < 2; e++)
            bezier[1 + e] = (Point){ends[e].x + tangents[e].x * length / 3, ends[e].y + tangents[e].y * length / 3};
        chord_parameters(count, points, ends, u);
        project_cubic(count, bezier, points, u);
    }
    for (long k = 0; k < count; k++) {
        double t = u[k], v = 1 - t, b0 = v * v * v, b1 = 3 * t * v * v, b2 = 3 * t * t * v, b3 = t * t * t;
        double dx = b0 * bezier[0].x + b1 * bezier[1].x + b2 * bezier[2].x + b3 * bezier[3].x - points[k].x;
        double dy = b0 * bezier[0].y + b1 * bezier[1].y + b2 * bezier[2].y + b3 * bezier[3].y - points[k].y;
        distance[k] = weight[k] > 0 ? sqrt(dx * dx + dy * dy) : 0;
    }
}

/* B curves of K points each; returns 0, or 1 where there is no memory. */
int fit_cubics(long curves, long count, const Point *ends, const Point *tangents, const double *hold,
               const double *length, const Point *points, const double *weight, long rounds, Point *beziers,
               double *distance) {
    Scratch scratch = {malloc((size_t)(count + 1) * sizeof(double)), malloc((size_t)(count + 1) * sizeof(Point))};
    int enough = scratch.parameters && scratch.normals;
    for (long b = 0; enough && b < curves; b++)
        fit_cubic(count, ends + 2 * b, tangents + 2 * b, hold + 2 * b, length[b], points + b * count, weight + b * count,
                  rounds, scratch, beziers + 4 * b, distance + b * count);
    free(scratch.parameters);
    free(scratch.normals);
    return !enough;
}
