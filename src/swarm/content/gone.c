/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/gone.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

enum refusal gone_check(const struct checked_record *record, struct checked_gone *gone) {
    char text[NODE_ID_TEXT_SIZE + 1];
    struct members m = members_of(record->body);
    if (!span_equal_text(record->type, GONE_TYPE)) return REFUSAL_RECORD_TYPE_OTHER;
    *gone = (struct checked_gone){.accuser = record->node_id};
    members_text(&m, "node", text, sizeof text - 1);
    gone->since_ms = members_integer(&m, "since", 0, record->at_ms);
    if (m.refusal != REFUSAL_NONE) return m.refusal;
    const bool is_other = node_id_read(span_of_text(text), &gone->node) && !node_id_equal(&gone->node, &gone->accuser);
    return is_other ? REFUSAL_NONE : REFUSAL_MEMBER_MISTYPED;
}

bool gone_build(struct buffer *out, const struct gone_draft *draft) {
    char text[NODE_ID_TEXT_SIZE + 1];
    struct json_writer w = json_writer_into(out);
    if (draft->since_ms < 0 || draft->since_ms > draft->at_ms) return false;
    json_open_object(&w, NULL);
    json_put_integer(&w, "at", draft->at_ms);
    json_put_text(&w, "node", node_id_text(&draft->node, text));
    json_put_integer(&w, "since", draft->since_ms);
    json_put_text(&w, "type", GONE_TYPE);
    json_close_object(&w);
    return !out->overflowed;
}
