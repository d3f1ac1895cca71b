/* The labels nearest to pixels: the loop of svgai/draw/outline/mixes.py, whose specified_labels says what is found. */

#include <stdint.h>

/* n pixels `at`, flat indices into (height, width) labels; `offsets`: rows and columns to look at, (steps, 2), nearest
   first, `away` px; labels, distance: (n, most), given as −1 and as what stands for none. */
int nearby_labels(long count, long most, long height, long width, long steps, const int32_t *labels, const long *at,
                  const long *offsets, const double *away, int32_t *found, double *distance) {
    for (long n = 0; n < count; n++, found += most, distance += most) {
        long y = at[n] / width, x = at[n] % width, known = 0;
        for (long step = 0; step < steps && known < most; step++) {
            long row = y + offsets[2 * step], column = x + offsets[2 * step + 1], seen = 0;
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            int32_t label = labels[row * width + column];
            if (label < 0) continue;
            while (seen < known && found[seen] != label) seen++;
            if (seen < known) continue;
            found[known] = label;
            distance[known++] = away[step];
        }
    }
    return 0;
}
