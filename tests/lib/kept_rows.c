/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/kept_rows.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/must.h"

void kept_rows_clear(struct kept_rows *kept) {
    memory_free(kept->rows);
    *kept = (struct kept_rows){0};
}

static void put(struct kept_rows *kept, const struct beacon_row *row) {
    size_t left = 0;
    for (size_t i = 0; i < kept->count; i++)
        if (kept->rows[i].number != row->number) kept->rows[left++] = kept->rows[i];
    kept->count = left;
    if (row->envelope_size == 0) return;
    kept->rows = memory_resized(kept->rows, (kept->count + 1) * sizeof *kept->rows);
    kept->rows[kept->count++] = *row;
}

static int by_number(const void *a, const void *b) {
    return (int)((const struct beacon_row *)a)->number - (int)((const struct beacon_row *)b)->number;
}

size_t kept_rows_take(struct kept_rows *kept, struct beacon *beacon, bool takes_repeated) {
    static struct beacon_row rows[BEACON_BLOCK_ROWS];
    size_t count, all = 0;
    while ((count = beacon_take_changed(beacon, rows)) > 0 ||
           (takes_repeated && (count = beacon_take_repeated(beacon, rows)) > 0)) {
        for (size_t i = 0; i < count; i++) put(kept, &rows[i]);
        must(rows[count - 1].number < BEACON_ROWS_MAX);
        all += count;
    }
    if (kept->count > 0) qsort(kept->rows, kept->count, sizeof *kept->rows, by_number);
    return all;
}

size_t kept_rows_restore(const struct kept_rows *kept, struct beacon *beacon, int64_t now_ms) {
    size_t count = 0;
    for (size_t i = 0; i < kept->count; i++) count += beacon_restore(beacon, &kept->rows[i], now_ms);
    return count;
}
