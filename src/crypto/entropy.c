/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/entropy.h"

#include <sodium.h>

static void fill_from_system(void *context, uint8_t *bytes, size_t size) {
    (void)context;
    randombytes_buf(bytes, size);
}

struct entropy entropy_of_system(void) {
    return (struct entropy){.fill = fill_from_system};
}

void entropy_fill(const struct entropy *source, uint8_t *bytes, size_t size) {
    source->fill(source->context, bytes, size);
}
