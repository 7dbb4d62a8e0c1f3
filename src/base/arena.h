/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A bump allocator over memory of the caller: what is parsed from one outside text lives here and goes at once.
 * Owns: nothing; the memory is the caller's.   Never: frees one thing alone, grows.
 * Full: gives NULL and stays full; a parser then refuses the text as too large. */

#include <stddef.h>
#include <stdint.h>

struct arena {
    uint8_t *at;
    size_t used;
    size_t capacity;
};

struct arena arena_over(void *memory, size_t capacity);
void *arena_take(struct arena *a, size_t size); /* zeroed, aligned for any type; NULL when full */
void arena_reset(struct arena *a);
