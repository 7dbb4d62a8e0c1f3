/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/add_size.h"

#include <fts.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "daemon/loop/clock.h"

enum { PATIENCE_MS = 500 };

static bool add_one(const char *path, uint64_t *size, int64_t end_ms) {
    char *own = memory_zeroed(1, strlen(path) + 1);
    memcpy(own, path, strlen(path));
    char *const paths[] = {own, NULL};
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    bool is_in_time = walk != NULL;
    for (const FTSENT *entry = NULL; is_in_time && (entry = fts_read(walk)) != NULL;) {
        if (entry->fts_info == FTS_F && S_ISREG(entry->fts_statp->st_mode))
            *size += (uint64_t)entry->fts_statp->st_size;
        is_in_time = (clock_monotonic_us() / 1000) < end_ms;
    }
    if (walk != NULL) (void)fts_close(walk);
    memory_free(own);
    return is_in_time;
}

uint64_t add_size_of(const char *const *paths, size_t count) {
    const int64_t end_ms = (clock_monotonic_us() / 1000) + PATIENCE_MS;
    uint64_t size = 0;
    for (size_t i = 0; i < count; i++)
        if (!add_one(paths[i], &size, end_ms)) return 0;
    return size;
}
