/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/answer.h"

/* Its words go into events and onto screens: printable ASCII, cut to what fits. */
static void word_copy(struct span word, char *text, size_t capacity) {
    size_t size = 0;
    for (; size < word.size && size + 1 < capacity; size++) {
        const uint8_t c = word.at[size];
        text[size] = c > ' ' && c < 0x7f ? (char)c : (c == ' ' ? ' ' : '?');
    }
    text[size] = '\0';
}

static enum refusal refusal_of_word(struct span word) {
    for (int r = REFUSAL_TICKET_MALFORMED; r <= REFUSAL_TICKET_COMMUNITY_MISMATCH; r++)
        if (span_equal_text(word, refusal_name((enum refusal)r))) return (enum refusal)r;
    return REFUSAL_NONE;
}

/* Why it refused us: a word of the tickets' rules, or whatever it says. */
static bool read_validation(const struct json_value *object, struct beacon_reply *reply) {
    struct span word;
    if (!json_as_string(json_member(json_member(object, "validation"), "reason"), &word)) return false;
    reply->validation = refusal_of_word(word);
    word_copy(word, reply->reason, sizeof reply->reason);
    return true;
}

static void read_error(const struct json_value *object, struct beacon_reply *reply) {
    struct span word;
    if (json_as_string(json_member(object, "error"), &word)) word_copy(word, reply->reason, sizeof reply->reason);
}

/* Each ticket stands for itself: one that does not hold is counted and left out. */
static enum refusal read_tickets(const struct json_value *peers, const struct verifier *verifier, struct arena *arena,
                                 struct beacon_reply *reply) {
    const size_t listed = peers->count < LIMIT_ANSWER_TICKETS_MAX ? peers->count : LIMIT_ANSWER_TICKETS_MAX;
    reply->refused_count = peers->count - listed;
    reply->refused[REFUSAL_ANSWER_TOO_LARGE] = (uint32_t)reply->refused_count;
    if (listed == 0) return REFUSAL_NONE;
    struct ticket *tickets = arena_take(arena, listed * sizeof *tickets);
    if (tickets == NULL) return REFUSAL_ANSWER_TOO_LARGE;
    for (size_t i = 0; i < listed; i++) {
        const enum refusal refusal = ticket_check(&peers->as.items[i], &(struct ticket_rules){0}, verifier, arena,
                                                  &tickets[reply->ticket_count]);
        *(refusal == REFUSAL_NONE ? &reply->ticket_count : &reply->refused_count) += 1;
        if (refusal != REFUSAL_NONE) reply->refused[refusal]++;
    }
    reply->tickets = tickets;
    return REFUSAL_NONE;
}

static enum refusal read_reply(const struct json_value *object, const struct verifier *verifier, struct arena *arena,
                               struct beacon_reply *reply) {
    const struct json_value *peers = json_member(object, "peers");
    const bool has_peers = peers != NULL && peers->kind == JSON_ARRAY;
    if (!json_as_boolean(json_member(object, "ok"), &reply->is_ok)) reply->is_ok = has_peers;
    const bool has_validation = read_validation(object, reply);
    if (!has_validation) read_error(object, reply);
    if (!has_peers) return has_validation ? REFUSAL_NONE : REFUSAL_ANSWER_INVALID;
    return read_tickets(peers, verifier, arena, reply);
}

enum refusal beacon_reply_check(struct span body, const struct verifier *verifier, struct arena *arena,
                                struct beacon_reply *reply) {
    enum json_fault fault;
    *reply = (struct beacon_reply){0};
    if (body.size > LIMIT_ANSWER_BYTES_MAX) return REFUSAL_ANSWER_TOO_LARGE;
    const struct json_value *object = json_parse(body, JSON_CANON, arena, &fault, NULL);
    if (object != NULL) return read_reply(object, verifier, arena, reply);
    return fault == JSON_FAULT_TOO_LARGE ? REFUSAL_ANSWER_TOO_LARGE : REFUSAL_ANSWER_INVALID;
}
