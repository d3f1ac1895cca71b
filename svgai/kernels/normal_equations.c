/* The normal equations of whole chains of curves, and their solution by conjugate gradients: the loops of
   svgai/draw/outline/curves/normal_equations.py, which specifies them. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWNS 16 /* of a segment */

typedef struct { double x, y; } Point;

static double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
static Point less(Point a, Point b) { return (Point){a.x - b.x, a.y - b.y}; }
static Point right_hand(Point a) { return (Point){-a.y, a.x}; }
static Point unit(Point a) {
    double size = fmax(sqrt(dot(a, a)), 1e-12);
    return (Point){a.x / size, a.y / size};
}

/* How far a sample at u moves along its normal per unknown of its segment. */
static void row(const Point *bezier, int is_line, const char *guided, const Point *across, double u, double *row) {
    double v = 1 - u;
    Point arm[3], ends[2] = {less(bezier[1], bezier[0]), less(bezier[3], bezier[2])};
    for (int k = 0; k < 3; k++) arm[k] = is_line ? less(bezier[3], bezier[0]) : less(bezier[k + 1], bezier[k]);
    Point slope = {v * v * arm[0].x + 2 * u * v * arm[1].x + u * u * arm[2].x,
                   v * v * arm[0].y + 2 * u * v * arm[1].y + u * u * arm[2].y};
    Point normal = right_hand(unit(slope));
    double start = is_line ? v : v * v * (v + 3 * u), stop = is_line ? u : u * u * (u + 3 * v);
    row[0] = start * normal.x;
    row[1] = start * normal.y;
    row[2] = stop * normal.x;
    row[3] = stop * normal.y;
    for (int e = 0; e < 2; e++) {
        double basis = is_line ? 0 : e ? -3 * u * u * v : 3 * u * v * v, length = sqrt(dot(ends[e], ends[e]));
        Point tangent = unit(ends[e]);
        double turn = basis * length * dot(normal, right_hand(tangent));
        row[4 + e] = guided[e] ? 0 : turn;
        row[6 + e] = basis * dot(normal, tangent);
        row[8 + 4 * e] = -turn * across[e].x;
        row[9 + 4 * e] = -turn * across[e].y;
        row[10 + 4 * e] = turn * across[e].x;
        row[11 + 4 * e] = turn * across[e].y;
    }
}

/* S segments of K samples each that are to go `offset` along their normals; blocks: (S, 16, 16), right: (S, 16). */
int equations(long segments, long count, const Point *beziers, const char *line, const char *guided, const Point *across,
              const double *parameters, const double *offset, const double *weight, double *blocks, double *right) {
    memset(blocks, 0, (size_t)segments * UNKNOWNS * UNKNOWNS * sizeof *blocks);
    memset(right, 0, (size_t)segments * UNKNOWNS * sizeof *right);
    for (long s = 0; s < segments; s++, blocks += UNKNOWNS * UNKNOWNS, right += UNKNOWNS) {
        for (long k = s * count; k < (s + 1) * count; k++) {
            double moves[UNKNOWNS];
            if (weight[k] == 0) continue;
            row(beziers + 4 * s, line[s], guided + 2 * s, across + 2 * s, parameters[k], moves);
            for (int i = 0; i < UNKNOWNS; i++) {
                double weighted = moves[i] * weight[k];
                if (weighted == 0) continue;
                right[i] += weighted * offset[k];
                for (int j = 0; j < UNKNOWNS; j++) blocks[UNKNOWNS * i + j] += weighted * moves[j];
            }
        }
    }
    return 0;
}

/* out = free · (blocks · in) + ridge · in, the blocks added up by number. */
static void apply(long segments, long count, const double *blocks, const long *number, const char *is_free,
                  const double *ridge, const double *in, double *out) {
    memset(out, 0, (size_t)count * sizeof *out);
    for (long s = 0; s < segments; s++, blocks += UNKNOWNS * UNKNOWNS, number += UNKNOWNS) {
        double seen[UNKNOWNS];
        for (int i = 0; i < UNKNOWNS; i++) seen[i] = in[number[i]];
        for (int i = 0; i < UNKNOWNS; i++) {
            double sum = 0;
            for (int j = 0; j < UNKNOWNS; j++) sum += blocks[UNKNOWNS * i + j] * seen[j];
            out[number[i]] += sum;
        }
    }
    for (long n = 0; n < count; n++) out[n] = (is_free[n] ? out[n] : 0) + ridge[n] * in[n];
}

static double product(long count, const double *one, const double *other) {
    double sum = 0;
    for (long n = 0; n < count; n++) sum += one[n] * other[n];
    return sum;
}

/* At most `steps` of them, until the residual's square is `least` of the first; ridge: share of the diagonal + cost. */
int conjugate_gradients(long segments, long count, long steps, double least, double share, const double *blocks,
                        const double *right, const long *number, const double *cost, const char *is_free,
                        double *unknowns) {
    double *memory = calloc((size_t)(5 * count + 1), sizeof *memory);
    if (!memory) return 1;
    double *ridge = memory, *scale = ridge + count, *r = scale + count, *p = r + count, *ap = p + count;
    for (long s = 0; s < segments; s++)
        for (int i = 0; i < UNKNOWNS; i++) {
            long n = number[UNKNOWNS * s + i];
            scale[n] += blocks[(UNKNOWNS * s + i) * UNKNOWNS + i];
            r[n] += right[UNKNOWNS * s + i];
        }
    for (long n = 0; n < count; n++) {
        double diagonal = is_free[n] ? scale[n] : 0;
        ridge[n] = share * diagonal + cost[n];
        scale[n] = 1 / (diagonal + ridge[n]);
        r[n] = is_free[n] ? r[n] : 0;
        p[n] = scale[n] * r[n];
        unknowns[n] = 0;
    }
    double rz = product(count, r, p), floor = least * rz;
    for (long step = 0; step < steps && rz > floor; step++) {
        apply(segments, count, blocks, number, is_free, ridge, p, ap);
        double along = rz / product(count, p, ap), old = rz;
        rz = 0;
        for (long n = 0; n < count; n++) {
            unknowns[n] += along * p[n];
            r[n] -= along * ap[n];
            rz += r[n] * scale[n] * r[n];
        }
        for (long n = 0; n < count; n++) p[n] = scale[n] * r[n] + rz / old * p[n];
    }
    free(memory);
    return 0;
}
