/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/spark.h"

#include <math.h>

static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
enum { BARS = sizeof bars / sizeof bars[0] };

static double highest_of(const double *values, size_t from, size_t end) {
    double highest = -1;
    for (size_t i = from; i < end; i++)
        if (values[i] > highest) highest = values[i];
    return highest;
}

static const char *bar_of(double value, double top) {
    if (value < 0) return " ";
    const double height = top > 0 ? value / top * (BARS - 1) : 0;
    return bars[height < BARS - 1 ? (size_t)lround(height) : BARS - 1];
}

void spark_write(struct buffer *out, const double *values, size_t count, size_t columns, double top) {
    if (columns > count) columns = count;
    for (size_t i = 0; i < columns; i++) {
        const double highest = highest_of(values, i * count / columns, (i + 1) * count / columns);
        buffer_put_text(out, bar_of(highest, top));
    }
}
