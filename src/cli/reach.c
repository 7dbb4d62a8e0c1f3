/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/reach.h"

#include "cli/api_client.h"
#include "cli/sheet.h"

enum { SPAN_MAX = 32 };

static size_t count_of(const struct json_value *array) {
    return json_array_count(array);
}

/* "; confirmed by q7fk…m2xa 4 min ago, tjq4…w6mz 6 min ago" */
static void write_witnesses(struct buffer *out, const char *words, const struct json_value *witnesses, int64_t now_ms) {
    for (size_t i = 0; i < count_of(witnesses); i++) {
        char id[SHEET_ID_MAX], span[SPAN_MAX];
        int64_t at_ms = api_client_time(&witnesses->as.items[i], "at");
        buffer_put_text(out, i == 0 ? words : ", ");
        buffer_put_text(out, sheet_id(api_client_text(&witnesses->as.items[i], "nodeId"), id));
        if (at_ms == 0) continue;
        buffer_put_text(out, " ");
        buffer_put_text(out, sheet_span(now_ms - at_ms, span));
        buffer_put_text(out, " ago");
    }
}

static void write_state(struct buffer *out, const struct json_value *family) {
    static const struct {
        const char *state, *at, *unseen;
    } words[] = {{"public", "public, at ", "public"}, {"private", "private, not reached at ", "private"}};
    struct span state = api_client_text(family, "state");
    const char *at = "not known yet, seen at ";
    const char *unseen = "not known yet: no peer sees this node at a public address of this kind";
    char seen[80];
    sheet_clean(api_client_text(family, "seen"), seen, sizeof seen);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!span_equal_text(state, words[i].state)) continue;
        at = words[i].at;
        unseen = words[i].unseen;
    }
    buffer_put_text(out, seen[0] == '\0' ? unseen : at);
    buffer_put_text(out, seen);
}

void reach_write_family(struct buffer *out, const struct json_value *family, int64_t now_ms) {
    char span[SPAN_MAX];
    int64_t next_ms = api_client_time(family, "nextProbeAt");
    write_state(out, family);
    write_witnesses(out, "; confirmed by ", json_member(family, "confirmedBy"), now_ms);
    write_witnesses(out, "; tried in vain by ", json_member(family, "failedBy"), now_ms);
    if (next_ms <= now_ms || api_client_text(family, "seen").size == 0) return;
    buffer_put_text(out, "; asked again in ");
    buffer_put_text(out, sheet_span(next_ms - now_ms, span));
}

void reach_write_outage(struct buffer *out, const struct json_value *outage, int64_t now_ms) {
    char span[SPAN_MAX];
    int64_t since_ms = api_client_time(outage, "since"), next_ms = api_client_time(outage, "nextAttemptAt");
    buffer_put_text(out, "down");
    if (since_ms != 0) {
        buffer_put_text(out, " for ");
        buffer_put_text(out, sheet_span(now_ms - since_ms, span));
    }
    buffer_put_text(out, ": every dial fails; the next is ");
    buffer_put_text(out, next_ms > now_ms ? "in " : "under way");
    if (next_ms > now_ms) buffer_put_text(out, sheet_span(next_ms - now_ms, span));
}
