/* SPDX-License-Identifier: Apache-2.0 */
#include "base/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void must_failed(const char *condition, const char *file, int line, int64_t left, int64_t right) {
    (void)fprintf(stderr, "skep: a mistake in the program: %s:%d: must hold: %s (%" PRId64 ", %" PRId64 ")\n", file,
                  line, condition, left, right);
    (void)fflush(stderr);
    abort();
}
