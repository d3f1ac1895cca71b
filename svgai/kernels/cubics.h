/* What the kernels share of cubic Béziers. */

#ifndef SVGAI_CUBICS_H
#define SVGAI_CUBICS_H

typedef struct { double x, y; } Point;

static const double FREE = 1e-4, HELD = 1e6; /* curves/cubics.py */

/* Work for one curve through `count` points: their parameters, and the curve's normals there. */
typedef struct { double *parameters; Point *normals; } Scratch;

/* One cubic as fit_cubics fits it: bezier (4), distance (count). */
void fit_cubic(long count, const Point *ends, const Point *tangents, const double *hold, double length,
               const Point *points, const double *weight, long rounds, Scratch scratch, Point *bezier, double *distance);

/* One Newton step of each parameter towards its point's foot on the cubic. */
void project_cubic(long count, const Point *bezier, const Point *points, double *parameters);

#endif
