/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A folder of its own for each test, removed with all that is in it. Included by the tests of this folder. */

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/memory.h"

struct fixture {
    char folder[64];
};

static inline int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline int folder_setup(void **state) {
    struct fixture *f = memory_zeroed(1, sizeof *f);
    (void)snprintf(f->folder, sizeof f->folder, "/tmp/skep-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    *state = f;
    return 0;
}

static inline int folder_teardown(void **state) {
    struct fixture *f = *state;
    (void)nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    memory_free(f);
    return 0;
}

/* Lasts until the next call but three. */
static inline const char *in_folder(const struct fixture *f, const char *name) {
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", f->folder, name);
    return path;
}

static inline unsigned mode_of(const char *path) {
    struct stat status;
    if (lstat(path, &status) != 0) fail_msg("%s is not there", path);
    return status.st_mode & 07777;
}

static inline void file_put_text(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

/* Owned by the caller (memory_free). */
static inline uint8_t *file_get(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail_msg("%s is not there", path);
    uint8_t *bytes = memory_zeroed(1 << 20, 1);
    *size = fread(bytes, 1, 1 << 20, file);
    assert_int_equal(fclose(file), 0);
    return bytes;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
