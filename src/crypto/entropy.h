/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Random bytes that must not be guessed. Passed as a source, so that the simulator can seed it.
 * Never: used for jitter or choice (base/prng.h). */

#include <stddef.h>
#include <stdint.h>

struct entropy {
    void (*fill)(void *context, uint8_t *bytes, size_t size);
    void *context; /* borrowed */
};
struct entropy entropy_of_system(void); /* libsodium's randombytes */
void entropy_fill(const struct entropy *source, uint8_t *bytes, size_t size);
