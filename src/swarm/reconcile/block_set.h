/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An ordered set in memory: blocks of up to 512 items, in order, and of each block its sum and what came before it.
 *
 *     blocks   [ a b c ... ] [ k l ... ] [ r s t ... ]      items in order, each block at least half full but the last
 *     before        0, 0       3, a+b+c     ...             how many and what sum, brought up to date when next asked
 *
 * A range's sum is the difference of two of those and of at most half a block at either end. An item that comes or goes
 * moves at most one block's items and, once in 256 times, the list of blocks. Items that come in order fill blocks
 * wholly.
 *
 * Memory: at most 80 bytes an item, some 55 when they come in no order, 40 when in order; sums take 0.3 of them. Blocks
 * that were never needed are never touched. (A sum beside each item would have been 32 bytes more, and a walk over the
 * rest of the set for each item that comes.)
 *
 * Owns: its blocks, all allocated by block_set_new.   Never: allocates after that.
 * Full: `capacity` items; block_set_add says so and changes nothing. */

#include "swarm/reconcile/ordered_set.h"

struct block_set;

enum block_set_outcome { BLOCK_SET_ADDED, BLOCK_SET_KNOWN, BLOCK_SET_FULL };

struct block_set *block_set_new(size_t capacity); /* owned by the caller; NULL without memory */
void block_set_free(struct block_set *set);       /* accepts NULL */
/* item->timestamp < SET_TIMESTAMP_INFINITY */
enum block_set_outcome block_set_add(struct block_set *set, const struct set_item *item);
bool block_set_remove(struct block_set *set, const struct set_item *item); /* false: it was not there */
bool block_set_has(const struct block_set *set, const struct set_item *item);
size_t block_set_size(const struct block_set *set);
struct ordered_set block_set_view(struct block_set *set); /* borrowed until block_set_free */
