/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* So many bytes a second: what was let through is paid for until a moment, and the next may go once that has come,
 * however large it is. So a piece is never cut for its sake, and the sum is exact in the long run.
 * Owns: the rate and the moment.   Never: reads the clock.   Full: no, until the moment has come. */

#include <stdbool.h>
#include <stdint.h>

enum { BYTE_PACE_LATE_MS = 100 }; /* as much may be made up for of what a late timer did not let through */

struct byte_pace {  /* zero: no limit */
    uint64_t rate;  /* bytes a second; 0: no limit */
    int64_t due_ns; /* when the next may go */
};
/* From now on. What is owed stays owed in bytes, so that a higher rate pays it off sooner. */
void byte_pace_set(struct byte_pace *pace, uint64_t rate, int64_t now_ms);
bool byte_pace_allows(const struct byte_pace *pace, int64_t now_ms);
int64_t byte_pace_due_ms(const struct byte_pace *pace); /* from then on it allows */
void byte_pace_pay(struct byte_pace *pace, uint64_t bytes, int64_t now_ms);
void byte_pace_give_back(struct byte_pace *pace, uint64_t bytes); /* of what was paid: they did not pass after all */
