/* Path data as text: the loop of svgai/output/paths.py, whose `specified` says what is written. */

#include <string.h>

typedef struct {
    char *at, command;
    int dotted;
    long decimals;
} Text;

/* The shortest decimal text of a whole number of the last decimal's units; where it begins, in a buffer's end. */
static char *scaled(long units, long decimals, char *end) {
    unsigned long rest = units < 0 ? -(unsigned long)units : (unsigned long)units;
    char *begin = end;
    int significant = 0;
    for (long k = 0; k < decimals; k++, rest /= 10) {
        significant |= rest % 10 != 0;
        if (significant) *--begin = (char)('0' + rest % 10);
    }
    if (significant) *--begin = '.';
    for (; rest; rest /= 10) *--begin = (char)('0' + rest % 10);
    if (begin == end) *--begin = '0';
    if (units < 0) *--begin = '-';
    return begin;
}

static void add(Text *text, char command, int count, const long *numbers) {
    int fresh = command != text->command;
    if (fresh) {
        *text->at++ = command;
        text->command = command == 'm' ? 'l' : command; /* after a moveto further pairs are linetos */
    }
    for (int k = 0; k < count; k++, fresh = 0) {
        char buffer[32], *end = buffer + sizeof buffer, *begin = scaled(numbers[k], text->decimals, end);
        if (!(fresh || *begin == '-' || (*begin == '.' && text->dotted))) *text->at++ = ' ';
        memcpy(text->at, begin, (size_t)(end - begin));
        text->at += end - begin;
        text->dotted = memchr(begin, '.', (size_t)(end - begin)) != NULL;
    }
}

static void segment(Text *text, int is_line, const long *points) {
    const long *end = points + 4;
    if (!is_line) {
        if (points[0] || points[1] || points[2] || points[3] || end[0] || end[1]) add(text, 'c', 6, points);
    } else if (end[0] && end[1]) {
        add(text, 'l', 2, end);
    } else if (end[0]) {
        add(text, 'h', 1, end);
    } else if (end[1]) {
        add(text, 'v', 1, end + 1);
    }
}

/* P paths of `contours` contours, these of `segments` segments each; starts: (C, 2), last: (C, 2), where a contour ends;
   points: (N, 3, 2) relative to where a segment begins; closing: (C,) whether the closepath draws the last line.
   text: room for 146 characters a segment and 50 a contour; ends: (P,) of each path in it. */
int path_text(long paths, long decimals, const long *contours, const long *segments, const long *starts,
              const long *last, const char *closed, const char *closing, const long *points, const char *line,
              char *text, long *ends) {
    Text out = {.at = text, .decimals = decimals};
    for (long p = 0; p < paths; p++) {
        long x = 0, y = 0;
        out.command = 0;
        out.dotted = 0;
        for (long c = 0; c < contours[p]; c++, segments++, starts += 2, last += 2, closed++, closing++) {
            long move[2] = {starts[0] - x, starts[1] - y};
            add(&out, 'm', 2, move);
            for (long k = 0; k < *segments; k++, points += 6, line++)
                if (k < *segments - *closing) segment(&out, *line, points);
            if (*closed) add(&out, 'z', 0, NULL);
            x = *closed ? starts[0] : last[0];
            y = *closed ? starts[1] : last[1];
        }
        ends[p] = out.at - text;
    }
    return 0;
}
