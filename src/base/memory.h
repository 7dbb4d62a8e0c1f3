/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The only door to the heap. Everything that allocates goes through here, so that a test can link another
 * memory.c that counts, or that fails the Nth call.
 * Full: memory_try_* gives NULL (for sizes that come from outside); memory_* ends the process with a message
 * (for sizes that we chose ourselves). */

#include <stdbool.h>
#include <stddef.h>

/* Once, at the start of the program: from 64 KiB up, a block has pages of its own, which cost nothing
 * before they are touched and are the system's again when it is freed. Left to itself, glibc takes the size of what was
 * freed last for its limit, and the 8 MiB in which a beacon's answer is taken apart would stay with us, all of it
 * touched. */
void memory_keep_large_apart(void);
/* While much of it passes through (a file moves) large blocks come from the heap and go back to it, so that no page is
 * asked of the system for each of them: a third of the time of a transfer. Off: as before, and all is given back. */
void memory_expect_bulk(bool is_on);
/* After something large that does not come again soon: what was freed is the system's again, on every thread. */
void memory_give_back(void);

void *memory_try_zeroed(size_t count, size_t size); /* owned by the caller; NULL when there is none */
void *memory_zeroed(size_t count, size_t size);     /* owned by the caller; never NULL */
/* Not cleared: for bytes that are all written before any is read; clearing a large block costs as much as a copy. */
void *memory_try_room(size_t size);
void *memory_room(size_t size);
void *memory_resized(void *block, size_t size); /* moved; never NULL */
void memory_free(void *block);                  /* accepts NULL */
