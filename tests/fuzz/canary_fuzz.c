/* SPDX-License-Identifier: Apache-2.0 */
/* A mistake planted on purpose: a fuzzer that cannot find this one byte too far proves nothing about the others. */
#include "fuzz_target.h"

#include <stdlib.h>
#include <string.h>

static volatile uint8_t sink;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 4 || data[0] != 'S') return 0;
    if (data[1] != 'K' || data[2] != 'E' || data[3] != 'P') return 0;
    uint8_t *copy = malloc(size);
    if (copy == NULL) return 0;
    memcpy(copy, data, size);
    sink = copy[size]; /* the mistake */
    free(copy);
    return 0;
}
