/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/goodbye.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

enum refusal goodbye_check(struct span body, const struct verifier *verifier, struct arena *arena,
                           const void **checked) {
    (void)verifier;
    char word[LIMIT_FEATURE_MAX + 1];
    struct members m = members_read(body, arena);
    struct goodbye *goodbye = arena_take(arena, sizeof *goodbye);
    if (goodbye == NULL) return REFUSAL_NO_ROOM;
    members_text(&m, "reason", word, LIMIT_FEATURE_MAX);
    members_text(&m, "text", goodbye->text, LIMIT_GOODBYE_TEXT_MAX);
    if (members_has(&m, "forMs")) goodbye->for_ms = members_integer(&m, "forMs", 0, LIMIT_GOODBYE_FOR_MS_MAX);
    goodbye->reason = reason_from_wire(span_of_text(word));
    *checked = goodbye;
    return m.refusal;
}

void goodbye_build(struct buffer *out, const struct goodbye *goodbye) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_text(&w, "reason", reason_name(goodbye->reason));
    json_put_text(&w, "text", goodbye->text);
    if (goodbye->for_ms > 0) json_put_integer(&w, "forMs", goodbye->for_ms);
    json_close_object(&w);
}
