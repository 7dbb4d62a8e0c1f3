/* SPDX-License-Identifier: Apache-2.0 */
/* Envelopes of strangers, under a verifier that believes every signature, so that what lies behind it is reached: a
 * ticket that was accepted is in form, is the same whichever mode read it, and is still accepted, as the same ticket,
 * after it was passed on. */
#include "believer.h"
#include "fuzz_target.h"

#include "base/encoding.h"
#include "base/must.h"
#include "swarm/identity/ticket.h"

#include <string.h>

enum { ROOM = 1 << 20, TEXT_MAX = 16384 };

static uint8_t memory[ROOM];

static enum refusal check_text(struct span text, enum json_mode mode, const struct verifier *verifier,
                               struct ticket *ticket) {
    struct arena arena = arena_over(memory, sizeof memory);
    const struct ticket_rules rules = {0};
    enum json_fault fault;
    const struct json_value *envelope = json_parse(text, mode, &arena, &fault, NULL);
    return envelope == NULL ? REFUSAL_JSON_SYNTAX : ticket_check(envelope, &rules, verifier, &arena, ticket);
}

static void check_equal(const struct ticket *a, const struct ticket *b) {
    struct sha256 left = ticket_hash(a), right = ticket_hash(b);
    must(memcmp(left.bytes, right.bytes, sizeof left.bytes) == 0);
    must(a->payload_size == b->payload_size && memcmp(a->payload, b->payload, a->payload_size) == 0);
    must(strcmp(a->peer_id, b->peer_id) == 0 && strcmp(a->user_id, b->user_id) == 0);
    must(a->issued_at_ms == b->issued_at_ms && a->expires_at_ms == b->expires_at_ms);
    must(a->is_native == b->is_native && a->addr_count == b->addr_count && a->has_user_cert == b->has_user_cert);
}

static void check_form(const struct ticket *ticket) {
    struct node_id claimed;
    bool looks_native = node_id_read(span_of_text(ticket->peer_id), &claimed);
    must(utf8_is_valid(span_of_text(ticket->peer_id)) && utf8_is_valid(span_of_text(ticket->user_id)));
    must(ticket->is_native == looks_native);
    must(!looks_native || node_id_equal(&claimed, &ticket->node_id));
    must(ticket->is_native || (ticket->addr_count == 0 && !ticket->has_user_cert && ticket->community[0] == '\0'));
    must(ticket->community[0] == '\0' || community_is_valid(span_of_text(ticket->community)));
    must_le(ticket->addr_count, LIMIT_TICKET_ADDRS_MAX);
}

static void check_passed_on(const struct ticket *ticket, const struct verifier *verifier) {
    uint8_t text_memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer text = buffer_over(text_memory, sizeof text_memory);
    struct ticket again;
    ticket_write(&text, ticket);
    must(!text.overflowed);
    must(check_text(buffer_span(&text), JSON_CANON, verifier, &again) == REFUSAL_NONE);
    check_equal(ticket, &again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct span text = {data, size};
    const struct verifier believer = believer_verifier(), strict = sign_verifier();
    struct ticket ticket, other;
    if (size > TEXT_MAX) return 0;
    enum refusal refusal = check_text(text, JSON_CANON, &believer, &ticket);
    enum refusal strict_refusal = check_text(text, JSON_CANON, &strict, &other);
    must(strict_refusal == refusal || strict_refusal == REFUSAL_TICKET_SIGNATURE_INVALID);
    if (refusal != REFUSAL_NONE) return 0;
    check_form(&ticket);
    check_passed_on(&ticket, &believer);
    if (check_text(text, JSON_WIRE, &believer, &other) == REFUSAL_NONE) check_equal(&ticket, &other);
    return 0;
}
