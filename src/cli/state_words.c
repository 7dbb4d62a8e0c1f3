/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/state_words.h"

#include "cli/api_client.h"
#include "cli/command.h"

static const struct state_words STATES[] = {
    {"working", "✓", "All well", SHEET_GOOD, EXIT_CODE_DONE},
    {"starting", "⬡", "Starting: looking for peers", SHEET_WARN, EXIT_CODE_DONE},
    {"degraded", "▲", NULL, SHEET_WARN, EXIT_CODE_DEGRADED},
    {"cut-off", "⬢", "Cut off: no peers", SHEET_BAD, EXIT_CODE_DEGRADED},
    {"network-off", "⏻", "Network off, by its caretaker", SHEET_WARN, EXIT_CODE_DEGRADED},
    {"stopping", "⬡", "Stopping", SHEET_WARN, EXIT_CODE_DONE},
};

const struct state_words *state_words_of(const struct json_value *snapshot) {
    static const struct state_words unknown = {"", "⬡", "In a state this program does not know", SHEET_PLAIN, 0};
    struct span state = api_client_text(json_member(snapshot, "node"), "state");
    for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++)
        if (span_equal_text(state, STATES[i].state)) return &STATES[i];
    return &unknown;
}

const struct json_value *state_words_findings(const struct json_value *snapshot) {
    const struct json_value *items = json_member(json_member(snapshot, "alerts"), "items");
    return items != NULL && items->kind == JSON_ARRAY ? items : NULL;
}

bool state_words_is_notice(const struct json_value *finding) {
    return span_equal_text(api_client_text(finding, "level"), "info");
}

void state_words_write(struct buffer *out, const struct state_words *words, const struct json_value *snapshot) {
    const struct json_value *findings = state_words_findings(snapshot);
    int64_t count = 0;
    for (size_t i = 0; findings != NULL && i < findings->count; i++)
        count += !state_words_is_notice(&findings->as.items[i]);
    if (words->words != NULL) {
        buffer_put_text(out, words->words);
        return;
    }
    buffer_put_text(out, "Working, with ");
    buffer_put_decimal(out, count);
    buffer_put_text(out, count == 1 ? " problem" : " problems");
}
