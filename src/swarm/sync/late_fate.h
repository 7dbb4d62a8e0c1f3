/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What became of a record that a neighbour sent because we lacked it: a word for counters.   Owns: nothing. */

enum late_fate {
    LATE_TAKEN,     /* given to the host */
    LATE_REPEATED,  /* it is here, or was dropped not long ago */
    LATE_UNASKED,   /* neither asked for nor given in a session that its sender began */
    LATE_UNTIMELY,  /* more than a minute ahead of our clock, or older than what we compare */
    LATE_BLOCKED,   /* its author, or the node that signed it */
    LATE_OVER_RATE, /* one too many over that link, or over all: it may come again */
    LATE_FATE_COUNT
};
const char *late_fate_name(enum late_fate fate); /* "over-rate" */
