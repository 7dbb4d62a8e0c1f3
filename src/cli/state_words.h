/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What each state of a node is called, how it looks, and the exit code that goes with it; from the API's snapshot.
 * Owns: nothing.   Never: judges; the node does that, in `node.state`. */

#include "base/json.h"
#include "cli/sheet.h"

struct state_words {
    const char *state; /* as the API names it */
    const char *mark;
    const char *words; /* NULL: with the number of problems */
    enum sheet_tone tone;
    int exit_code;
};
const struct state_words *state_words_of(const struct json_value *snapshot);
/* "Working, with 2 problems", without its mark. */
void state_words_write(struct buffer *out, const struct state_words *words, const struct json_value *snapshot);

const struct json_value *state_words_findings(const struct json_value *snapshot); /* the alerts; NULL: there are none */
bool state_words_is_notice(const struct json_value *finding);                     /* to be known, and no problem */
