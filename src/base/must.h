/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A check of our own reasoning: on in release, ends the process with both values when it does not hold.
 * Never: on a condition that an outsider controls; what strangers send is refused, not asserted.
 * Spec: docs/developers/style.md, Errors. */

#include <stdint.h>

/* Prints where and what, then aborts. */
_Noreturn void must_failed(const char *condition, const char *file, int line, int64_t left, int64_t right);

#define must(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) must_failed(#condition, __FILE__, __LINE__, 0, 0);                                           \
    } while (0)

/* must_le(size, capacity) and its like print both values. */
#define must_le(left, right)                                                                                           \
    do {                                                                                                               \
        if (!((left) <= (right)))                                                                                      \
            must_failed(#left " <= " #right, __FILE__, __LINE__, (int64_t)(left), (int64_t)(right));                   \
    } while (0)
