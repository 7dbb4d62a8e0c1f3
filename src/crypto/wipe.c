/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/wipe.h"

#include <sodium.h>

void wipe_bytes(void *bytes, size_t size) {
    sodium_memzero(bytes, size);
}
