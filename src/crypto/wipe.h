/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Forgetting a secret: zeros that the compiler may not leave out, by libsodium. */

#include <stddef.h>

void wipe_bytes(void *bytes, size_t size);
