/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a fuzz target is: one function that is fed any bytes and must come back. It is called by libFuzzer
 * (tools/fuzz.sh) and, with the corpus only, by replay.c as a test. What must hold is said with must(). */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* always 0 */
