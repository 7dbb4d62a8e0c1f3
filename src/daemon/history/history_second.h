/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The row of one second in half the room: most rows that are kept in memory are such. What a second has only one of is
 * not said twice (it is its own peak), and its counts of round trips are of four bits.
 * Owns: nothing; one value without pointers.
 * Full: over 4 GB a second, and over 255 attempts, it says these; of more than 14 links in one bucket the shape is
 * kept. */

#include "daemon/history/history_row.h"

struct history_second { /* all zero: nothing is known; the members are those of struct history_row */
    uint32_t at_s;
    uint32_t findings;
    uint32_t bytes_in, bytes_out;
    uint16_t links;
    uint16_t loss_in, loss_out;
    uint16_t loss_in_weight, loss_out_weight;
    uint8_t level, links_wanted;
    uint8_t rendezvous_attempts, rendezvous_successes;
    struct rtt_small rtts;
};
_Static_assert(sizeof(struct history_second) == 64, "the tiers are in memory; see docs/decisions/0019-history.md");

struct history_second history_second_of(const struct history_row *row);
struct history_row history_second_row(const struct history_second *second);
