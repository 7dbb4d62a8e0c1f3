/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The sets of words that answers use and queries may name, each taken from the code that gives the words: what is said
 * of them is true by construction.
 * Owns: nothing. */

#include "base/bytes.h"

enum vocabulary {
    VOCABULARY_CONTROL,
    VOCABULARY_DIAL_WAIT,
    VOCABULARY_EVENT_CODE,
    VOCABULARY_EVENT_LEVEL,
    VOCABULARY_FINDING,
    VOCABULARY_HISTORY_RANGE,
    VOCABULARY_LINK_STATE,
    VOCABULARY_OPERATION_STATE,
    VOCABULARY_REACHABILITY,
    VOCABULARY_REASON,
    VOCABULARY_REFUSAL,
    VOCABULARY_SWITCH,
    VOCABULARY_VERDICT,
};
/* The values are 0 to vocabulary_end - 1; some have no word, which gives NULL. */
int vocabulary_end(enum vocabulary vocabulary);
const char *vocabulary_word(enum vocabulary vocabulary, int value);
bool vocabulary_read(enum vocabulary vocabulary, struct span word, int *value); /* false: there is no such word */
