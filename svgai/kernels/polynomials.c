/* Polynomials through windows of points by least squares, one window at a time: the loops of corners._polynomials and
   joints._parabolas in svgai/draw/outline/fit/, which specify them. */

#include <math.h>

#define MOST 4 /* coefficients: cubics at most */

typedef struct { double x, y; } Point;

/* Solve a positive definite system of `size` unknowns for both coordinates; the matrix is lost. */
static void solve(int size, double matrix[MOST][MOST], Point *right) {
    for (int i = 0; i < size; i++)
        for (int j = i + 1; j < size; j++) {
            double share = matrix[j][i] / matrix[i][i];
            for (int k = i; k < size; k++) matrix[j][k] -= share * matrix[i][k];
            right[j].x -= share * right[i].x;
            right[j].y -= share * right[i].y;
        }
    for (int i = size - 1; i >= 0; i--) {
        for (int k = i + 1; k < size; k++) {
            right[i].x -= matrix[i][k] * right[k].x;
            right[i].y -= matrix[i][k] * right[k].y;
        }
        right[i].x /= matrix[i][i];
        right[i].y /= matrix[i][i];
    }
}

/* Add one point of weight 1 to the normal equations. */
static void add(int size, double parameter, Point point, double matrix[MOST][MOST], Point *right) {
    double power[MOST] = {1};
    for (int i = 1; i < size; i++) power[i] = power[i - 1] * parameter;
    for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) matrix[i][j] += power[i] * power[j];
        right[i].x += power[i] * point.x;
        right[i].y += power[i] * point.y;
    }
}

/* A point less the polynomial at its parameter. */
static Point rest(int size, double parameter, Point point, const Point *coefficients) {
    Point at = coefficients[size - 1];
    for (int i = size - 2; i >= 0; i--)
        at = (Point){at.x * parameter + coefficients[i].x, at.y * parameter + coefficients[i].y};
    return (Point){point.x - at.x, point.y - at.y};
}

/* B windows of K points, those with a weight of 1 counted; coefficients: (B, size, 2), rms: (B,). */
int polynomials(long windows, long count, long size, double ridge, const double *parameters, const Point *points,
                const double *weight, Point *coefficients, double *rms) {
    for (long b = 0; b < windows; b++, parameters += count, points += count, weight += count, coefficients += size) {
        double matrix[MOST][MOST] = {{0}}, square = 0, counted = 0;
        for (long i = 0; i < size; i++) {
            matrix[i][i] = ridge;
            coefficients[i] = (Point){0, 0};
        }
        for (long k = 0; k < count; k++)
            if (weight[k] > 0) add((int)size, parameters[k], points[k], matrix, coefficients);
        solve((int)size, matrix, coefficients);
        for (long k = 0; k < count; k++) {
            if (weight[k] == 0) continue;
            Point off = rest((int)size, parameters[k], points[k], coefficients);
            square += off.x * off.x + off.y * off.y;
            counted++;
        }
        rms[b] = sqrt(square / fmax(counted - size, 0.5));
    }
    return 0;
}

/* Parabolas through the points center ± half of each of n joints, over (place − index) / widest; tangents: unit. */
int parabolas(long joints, long widest, const double *ridge, const Point *points, const long *index, const long *center,
              const long *half, Point *places, Point *tangents, double *rms) {
    for (long b = 0; b < joints; b++) {
        double matrix[MOST][MOST] = {{ridge[0]}, {0, ridge[1]}, {0, 0, ridge[2]}}, square = 0;
        Point found[3] = {{0, 0}};
        for (long at = center[b] - half[b]; at <= center[b] + half[b]; at++)
            add(3, (double)(at - index[b]) / widest, points[at], matrix, found);
        solve(3, matrix, found);
        double length = fmax(sqrt(found[1].x * found[1].x + found[1].y * found[1].y), 1e-12);
        Point along = {found[1].x / length, found[1].y / length};
        for (long at = center[b] - half[b]; at <= center[b] + half[b]; at++) {
            Point off = rest(3, (double)(at - index[b]) / widest, points[at], found);
            double across = off.x * along.y - off.y * along.x;
            square += across * across;
        }
        places[b] = found[0];
        tangents[b] = along;
        rms[b] = sqrt(square / fmax(2.0 * half[b] + 1 - 3, 0.5));
    }
    return 0;
}
