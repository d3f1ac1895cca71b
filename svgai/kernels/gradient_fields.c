/* A gradient's geometry by variable projection: the loop of svgai/draw/gradient/fields/fields.py, which specifies it and
   says where each number comes from. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define KNOTS 12
#define MOST 5    /* numbers of a geometry */
#define CHANNELS 4 /* of a colour, at most */

/* n pixels and their colours of c channels. */
typedef struct {
    long count, channels;
    const double *x, *y, *colors, *weights;
} Sample;

/* What colours free along a field leave of a sample. residual: (n, c); derivative: (n, p); slopes: (KNOTS − 1, c);
   knot, place: (n,). */
typedef struct {
    long size;
    double geometry[MOST], error, inverse[KNOTS][KNOTS], slopes[KNOTS - 1][CHANNELS];
    double *residual, *derivative, *place;
    long *knot;
} Projection;

/* t and its derivatives at a pixel. */
static double field(long size, const double *geometry, double x, double y, double *derivative) {
    if (size == 1) {
        double cosine = cos(geometry[0]), sine = sin(geometry[0]);
        derivative[0] = y * cosine - x * sine;
        return x * cosine + y * sine;
    }
    double dx = x - geometry[0], dy = y - geometry[1];
    if (size == 2) {
        double t = fmax(hypot(dx, dy), 1e-6);
        derivative[0] = -dx / t;
        derivative[1] = -dy / t;
        return t;
    }
    double l11 = geometry[2], l12 = geometry[3], l22 = geometry[4];
    double u = l11 * dx + l12 * dy, v = l12 * dx + l22 * dy, t = fmax(hypot(u, v), 1e-9);
    u /= t;
    v /= t;
    derivative[0] = -(l11 * u + l12 * v);
    derivative[1] = -(l12 * u + l22 * v);
    derivative[2] = u * dx;
    derivative[3] = u * dy + v * dx;
    derivative[4] = v * dy;
    return t;
}

/* Invert a positive definite tridiagonal matrix, by Gauss–Jordan. */
static void invert(double matrix[KNOTS][KNOTS], double inverse[KNOTS][KNOTS]) {
    for (int i = 0; i < KNOTS; i++)
        for (int j = 0; j < KNOTS; j++) inverse[i][j] = i == j;
    for (int i = 0; i < KNOTS; i++) {
        double pivot = matrix[i][i];
        for (int k = 0; k < KNOTS; k++) {
            matrix[i][k] /= pivot;
            inverse[i][k] /= pivot;
        }
        for (int j = 0; j < KNOTS; j++) {
            double share = matrix[j][i];
            if (j == i || share == 0) continue;
            for (int k = 0; k < KNOTS; k++) {
                matrix[j][k] -= share * matrix[i][k];
                inverse[j][k] -= share * inverse[i][k];
            }
        }
    }
}

/* Fill a projection at its geometry; 0 where the field is one value, or none. */
static int project(const Sample *sample, Projection *out) {
    long n = sample->count, c = sample->channels;
    double low = INFINITY, high = -INFINITY, gram[KNOTS][KNOTS] = {{0}}, right[KNOTS][CHANNELS] = {{0}}, total = 0;
    double values[KNOTS][CHANNELS] = {{0}};
    for (long k = 0; k < n; k++) {
        double t = field(out->size, out->geometry, sample->x[k], sample->y[k], out->derivative + k * out->size);
        if (!isfinite(t)) return 0;
        out->place[k] = t;
        low = fmin(low, t);
        high = fmax(high, t);
    }
    if (!(high - low > 1e-9 * fabs(high) + 1e-9)) return 0;
    double step = (high - low) / (KNOTS - 1);
    for (long k = 0; k < n; k++) {
        double place = (out->place[k] - low) / step, w = sample->weights[k];
        long knot = (long)place < KNOTS - 2 ? (long)place : KNOTS - 2;
        double after = place - knot, before = 1 - after;
        out->knot[k] = knot;
        out->place[k] = after;
        total += w;
        gram[knot][knot] += w * before * before;
        gram[knot][knot + 1] += w * before * after;
        gram[knot + 1][knot + 1] += w * after * after;
        for (long i = 0; i < c; i++) {
            right[knot][i] += w * before * sample->colors[k * c + i];
            right[knot + 1][i] += w * after * sample->colors[k * c + i];
        }
    }
    for (int i = 0; i < KNOTS; i++) {
        gram[i][i] += 1e-6 * total;
        if (i) gram[i][i - 1] = gram[i - 1][i];
    }
    invert(gram, out->inverse);
    for (int i = 0; i < KNOTS; i++)
        for (int j = 0; j < KNOTS; j++)
            for (long k = 0; k < c; k++) values[i][k] += out->inverse[i][j] * right[j][k];
    for (int i = 0; i < KNOTS - 1; i++)
        for (long k = 0; k < c; k++) out->slopes[i][k] = (values[i + 1][k] - values[i][k]) / step;
    out->error = 0;
    for (long k = 0; k < n; k++) {
        double after = out->place[k], square = 0;
        for (long i = 0; i < c; i++) {
            const double *at = values[out->knot[k]], *next = values[out->knot[k] + 1];
            double off = sample->colors[k * c + i] - ((1 - after) * at[i] + after * next[i]);
            out->residual[k * c + i] = off;
            square += off * off;
        }
        out->error += sample->weights[k] * square;
    }
    return 1;
}

/* The projected normal matrix and right side of a Gauss–Newton step. */
static void normal_of(const Sample *sample, const Projection *at, double normal[MOST][MOST], double *slope) {
    long c = sample->channels, size = at->size;
    double inside[KNOTS][MOST][CHANNELS] = {{{0}}}, left[KNOTS][CHANNELS] = {{0}};
    memset(normal, 0, MOST * MOST * sizeof(double));
    memset(slope, 0, MOST * sizeof(double));
    for (long k = 0; k < sample->count; k++) {
        long knot = at->knot[k];
        double w = sample->weights[k], after = w * at->place[k], before = w * (1 - at->place[k]), steep = 0, pull = 0;
        const double *derivative = at->derivative + k * size, *residual = at->residual + k * c;
        for (long i = 0; i < c; i++) {
            steep += at->slopes[knot][i] * at->slopes[knot][i];
            pull += at->slopes[knot][i] * residual[i];
            left[knot][i] += before * residual[i];
            left[knot + 1][i] += after * residual[i];
        }
        for (long p = 0; p < size; p++) {
            slope[p] += w * pull * derivative[p];
            for (long q = 0; q < size; q++) normal[p][q] += w * steep * derivative[p] * derivative[q];
            for (long i = 0; i < c; i++) {
                double moves = derivative[p] * at->slopes[knot][i];
                inside[knot][p][i] += before * moves;
                inside[knot + 1][p][i] += after * moves;
            }
        }
    }
    for (int j = 0; j < KNOTS; j++)
        for (int k = 0; k < KNOTS; k++) {
            double share = at->inverse[j][k];
            for (long i = 0; i < c; i++)
                for (long p = 0; p < size; p++) {
                    slope[p] -= inside[j][p][i] * share * left[k][i];
                    for (long q = 0; q < size; q++) normal[p][q] -= inside[j][p][i] * share * inside[k][q][i];
                }
        }
}

/* Solve by Gauss with partial pivots; matrix and right are lost. */
static void solve(long size, double matrix[MOST][MOST], double *right, double *x) {
    for (long i = 0; i < size; i++) {
        long best = i;
        for (long j = i + 1; j < size; j++)
            if (fabs(matrix[j][i]) > fabs(matrix[best][i])) best = j;
        for (long k = 0; k < size; k++) {
            double kept = matrix[i][k];
            matrix[i][k] = matrix[best][k];
            matrix[best][k] = kept;
        }
        double kept = right[i];
        right[i] = right[best];
        right[best] = kept;
        for (long j = i + 1; j < size; j++) {
            double share = matrix[j][i] / matrix[i][i];
            for (long k = i; k < size; k++) matrix[j][k] -= share * matrix[i][k];
            right[j] -= share * right[i];
        }
    }
    for (long i = size - 1; i >= 0; i--) {
        x[i] = right[i];
        for (long k = i + 1; k < size; k++) x[i] -= matrix[i][k] * x[k];
        x[i] /= matrix[i][i];
    }
}

static int room(Projection *out, const Sample *sample, long size) {
    size_t n = (size_t)sample->count;
    *out = (Projection){.size = size};
    out->residual = malloc(n * (size_t)sample->channels * sizeof(double));
    out->derivative = malloc(n * (size_t)size * sizeof(double));
    out->place = malloc(n * sizeof(double));
    out->knot = malloc(n * sizeof(long));
    return out->residual && out->derivative && out->place && out->knot;
}

static void clear(Projection *out) {
    free(out->residual);
    free(out->derivative);
    free(out->place);
    free(out->knot);
}

/* Levenberg's steps from state, which holds its projection, to the least error. */
static void descend(const Sample *sample, long steps, const double *settings, Projection *state, Projection *tried) {
    double damping = settings[0], normal[MOST][MOST], slope[MOST];
    normal_of(sample, state, normal, slope);
    for (long step = 0; step < steps; step++) {
        double damped[MOST][MOST], right[MOST], change[MOST], greatest = -INFINITY;
        for (long p = 0; p < state->size; p++) greatest = fmax(greatest, normal[p][p]);
        if (!(greatest > 0)) break;
        memcpy(damped, normal, sizeof damped);
        memcpy(right, slope, sizeof right);
        for (long p = 0; p < state->size; p++) damped[p][p] += damping * (normal[p][p] + 1e-6 * greatest);
        solve(state->size, damped, right, change);
        for (long p = 0; p < state->size; p++) tried->geometry[p] = state->geometry[p] + change[p];
        if (!project(sample, tried) || tried->error >= state->error) {
            damping *= settings[2];
            continue;
        }
        int done = state->error - tried->error < settings[3] * state->error;
        Projection kept = *state;
        *state = *tried;
        *tried = kept;
        damping /= settings[1];
        if (done) break;
        normal_of(sample, state, normal, slope);
    }
}

/* settings: damping, what it is divided by after a step that helps and multiplied by after one that does not, and the
   share of the error below which a step is the last. geometry: (size,), replaced by the best; error: (1,). */
int gradient_fields(long count, long channels, long size, long steps, const double *x, const double *y,
                    const double *colors, const double *weights, const double *settings, double *geometry,
                    double *error) {
    Sample sample = {count, channels, x, y, colors, weights};
    Projection state, tried = {0};
    int enough = room(&state, &sample, size) && room(&tried, &sample, size);
    if (enough) {
        memcpy(state.geometry, geometry, (size_t)size * sizeof(double));
        if (project(&sample, &state)) {
            descend(&sample, steps, settings, &state, &tried);
            memcpy(geometry, state.geometry, (size_t)size * sizeof(double));
            *error = state.error;
        } else {
            *error = INFINITY;
        }
    }
    clear(&state);
    clear(&tried);
    return !enough;
}
