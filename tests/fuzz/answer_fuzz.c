/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of beacons that nobody vouches for, under a verifier that believes every signature: what is counted adds up,
 * words are printable, tickets are in form. */
#include "believer.h"
#include "fuzz_target.h"

#include <string.h>

#include "base/encoding.h"
#include "base/must.h"
#include "swarm/rendezvous/answer.h"

static uint8_t memory[ANSWER_ARENA_SIZE];

static void check_ticket(const struct ticket *ticket) {
    uint8_t envelope_memory[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer envelope = buffer_over(envelope_memory, sizeof envelope_memory);
    must(utf8_is_valid(span_of_text(ticket->peer_id)));
    ticket_write(&envelope, ticket);
    must(!envelope.overflowed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct verifier verifier = believer_verifier();
    struct arena arena = arena_over(memory, sizeof memory);
    struct beacon_reply reply;
    const enum refusal refusal = beacon_reply_check((struct span){data, size}, &verifier, &arena, &reply);
    must(refusal == REFUSAL_NONE || refusal == REFUSAL_ANSWER_INVALID || refusal == REFUSAL_ANSWER_TOO_LARGE);
    must(memchr(reply.reason, '\0', sizeof reply.reason) != NULL);
    for (const char *c = reply.reason; *c != '\0'; c++) must(*c >= ' ' && *c < 0x7f);
    must(reply.validation == REFUSAL_NONE || reply.reason[0] != '\0');
    must_le(reply.ticket_count, LIMIT_ANSWER_TICKETS_MAX);
    must_le(reply.ticket_count + reply.refused_count, size);
    for (size_t i = 0; i < reply.ticket_count; i++) check_ticket(&reply.tickets[i]);
    return 0;
}
