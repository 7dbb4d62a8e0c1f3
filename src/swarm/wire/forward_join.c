/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/forward_join.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

enum refusal forward_join_check(struct span body, const struct verifier *verifier, struct arena *arena,
                                const void **checked) {
    struct members m = members_read(body, arena);
    struct forward_join *join = arena_take(arena, sizeof *join);
    if (join == NULL) return REFUSAL_NO_ROOM;
    join->hops = members_integer(&m, "hops", 0, FORWARD_JOIN_HOPS);
    const struct json_value *ticket = members_object(&m, "ticket");
    *checked = join;
    if (m.refusal != REFUSAL_NONE) return m.refusal;
    join->ticket_refusal = ticket_check(ticket, &(struct ticket_rules){0}, verifier, arena, &join->ticket);
    return REFUSAL_NONE;
}

void forward_join_build(struct buffer *out, int64_t hops, const struct ticket *ticket) {
    uint8_t memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer envelope = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(out);
    ticket_write(&envelope, ticket);
    json_open_object(&w, NULL);
    json_put_integer(&w, "hops", hops);
    json_put_raw(&w, "ticket", buffer_span(&envelope));
    json_close_object(&w);
}
