/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/pex.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

static enum refusal check_tickets(const struct json_value *list, const struct verifier *verifier, struct arena *arena,
                                  struct pex *pex) {
    if (list->count == 0) return REFUSAL_NONE;
    struct ticket *tickets = arena_take(arena, list->count * sizeof *tickets);
    if (tickets == NULL) return REFUSAL_NO_ROOM;
    for (size_t i = 0; i < list->count; i++) {
        const struct json_value *envelope = &list->as.items[i];
        struct ticket *ticket = &tickets[pex->ticket_count];
        if (envelope->kind != JSON_OBJECT) return REFUSAL_MEMBER_MISTYPED;
        enum refusal refusal = ticket_check(envelope, &(struct ticket_rules){0}, verifier, arena, ticket);
        *(refusal == REFUSAL_NONE ? &pex->ticket_count : &pex->refused_count) += 1;
        if (refusal != REFUSAL_NONE) pex->refused[refusal]++;
    }
    pex->tickets = tickets;
    return REFUSAL_NONE;
}

enum refusal pex_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    struct members m = members_read(body, arena);
    struct pex *pex = arena_take(arena, sizeof *pex);
    if (pex == NULL) return REFUSAL_NO_ROOM;
    pex->want = members_integer(&m, "want", 0, LIMIT_PEX_TICKETS_MAX);
    const struct json_value *list = members_array(&m, "tickets", LIMIT_PEX_TICKETS_MAX);
    *checked = pex;
    if (m.refusal != REFUSAL_NONE) return m.refusal;
    return check_tickets(list, verifier, arena, pex);
}

void pex_build(struct buffer *out, int64_t want, const struct ticket *const *tickets, size_t ticket_count) {
    uint8_t envelope[LIMIT_TICKET_ENVELOPE_MAX];
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "want", want);
    json_open_array(&w, "tickets");
    for (size_t i = 0; i < ticket_count && i < LIMIT_PEX_TICKETS_MAX; i++) {
        struct buffer ticket = buffer_over(envelope, sizeof envelope);
        ticket_write(&ticket, tickets[i]);
        json_put_raw(&w, NULL, buffer_span(&ticket));
    }
    json_close_array(&w);
    json_close_object(&w);
}
