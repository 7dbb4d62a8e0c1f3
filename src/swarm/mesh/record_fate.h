/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What became of a record that was published here or came in: a word for counters, and the verdict of record_judge.h.
 * Owns: nothing. */

enum record_fate {
    RECORD_PUBLISHED, /* ours */
    RECORD_TAKEN,     /* delivered, and passed on */
    RECORD_REPEATED,  /* judged before */
    /* Neither delivered nor passed on, and not judged again. */
    RECORD_UNTIMELY,  /* over five minutes old, or more than one ahead of our clock */
    RECORD_BLOCKED,   /* its author, or the node that signed it */
    RECORD_OVER_RATE, /* one too many of its author */
    RECORD_NEWCOMER,  /* of an author nobody here had heard of, and too many of those came over that link */
    RECORD_FATE_COUNT
};
const char *record_fate_name(enum record_fate fate); /* "over-rate" */
