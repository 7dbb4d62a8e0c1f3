/* SPDX-License-Identifier: Apache-2.0 */
/* Announces and questions of strangers, under a verifier that believes every signature, so that the book itself is
 * reached: every answer is whole JSON, no id is listed twice or after its time, tables keep their caps, and what is
 * saved can be restored.
 *
 * An input is lines: what ('a' announce, else ask), from whom, how much later (a digit: so many powers of ten
 * milliseconds), the community (one letter; '-' for none named), then the body. */
#include "believer.h"
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "swarm/rendezvous/beacon.h"

enum { HEAD_SIZE = 4, COMMUNITIES_MAX = 3, TICKETS_MAX = 4, LIST_MAX = 3, LINES_MAX = 64 };
static const int64_t BEGIN_MS = 1000000000000;

static uint8_t arena_memory[1 << 20];
static struct beacon_row rows[COMMUNITIES_MAX * TICKETS_MAX], block[BEACON_BLOCK_ROWS];

static struct beacon *make(void) {
    static const char *const configured[] = {"c"};
    const struct beacon_options options = {.communities_max = COMMUNITIES_MAX,
                                           .tickets_max = TICKETS_MAX,
                                           .list_max = LIST_MAX,
                                           .addresses_max = 4,
                                           .policy = {.configured = configured, .configured_count = 1},
                                           .verifier = believer_verifier(),
                                           .seed = 1};
    struct beacon *beacon = beacon_new(&options, BEGIN_MS);
    must(beacon != NULL);
    return beacon;
}

static struct span id_of(const struct json_value *envelope) {
    struct span id = SPAN_NONE;
    must(json_as_string(json_member(json_member(envelope, "payload"), "peerId"), &id));
    return id;
}

static void check_listed(const struct json_value *peers, int64_t now_ms) {
    must_le(peers->count, LIST_MAX);
    for (size_t i = 0; i < peers->count; i++) {
        const struct json_value *envelope = &peers->as.items[i];
        int64_t expires_at_ms = 0;
        must_le(envelope->text.size, LIMIT_TICKET_ENVELOPE_MAX);
        must(envelope->count == 5);
        must(json_as_integer(json_member(json_member(envelope, "payload"), "expiresAt"), INT64_MIN, INT64_MAX,
                             &expires_at_ms));
        must(expires_at_ms > now_ms);
        for (size_t j = 0; j < i; j++) must(!span_equal(id_of(envelope), id_of(&peers->as.items[j])));
    }
}

/* CANON, because a ticket's own members may hold what WIRE refuses. */
static void check_answer(const struct beacon_answer *answer, struct span body, int64_t now_ms) {
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    enum json_fault fault;
    const struct json_value *object = json_parse(body, JSON_CANON, &arena, &fault, NULL);
    must(object != NULL);
    const struct json_value *peers = json_member(object, "peers");
    must((answer->status == 200) == (peers != NULL));
    must((answer->verdict == BEACON_REFUSED) == (answer->refusal != REFUSAL_NONE));
    must((answer->status == 429) == (answer->retry_after_s > 0));
    if (peers != NULL) check_listed(peers, now_ms);
}

static void check_caps(const struct beacon *beacon) {
    struct beacon_counts counts;
    beacon_count(beacon, &counts);
    must_le(counts.communities, COMMUNITIES_MAX);
    must_le(counts.entries, COMMUNITIES_MAX * TICKETS_MAX);
}

static void run_line(struct beacon *beacon, struct span line, int64_t *now_ms) {
    const uint8_t *head = line.at;
    const struct address from = {.family = ADDRESS_IPV4, .ip = {203, 0, 113, head[1]}};
    const struct span community = {head + 3, head[3] == '-' ? 0 : 1};
    const struct span body = {head + HEAD_SIZE, line.size - HEAD_SIZE};
    int64_t step_ms = 1;
    for (uint8_t i = '0'; i < head[2] && i < '7'; i++) step_ms *= 10;
    *now_ms += head[2] == '0' ? 0 : step_ms;
    const struct beacon_answer answer = head[0] == 'a' ? beacon_announce(beacon, community, body, &from, *now_ms)
                                                       : beacon_peers(beacon, community, &from, *now_ms);
    check_answer(&answer, answer.body, *now_ms);
    check_caps(beacon);
}

/* What one beacon gave to be kept, another takes back, but for what has ended; and what that one then gives is no more
 * than there are places. */
static void check_kept(struct beacon *beacon, int64_t now_ms) {
    size_t count = 0, restored = 0, taken = 0, some;
    struct beacon *second = make();
    struct beacon_counts counts;
    for (; (some = beacon_take_changed(beacon, block)) > 0; count += some) {
        must_le(count + some, sizeof rows / sizeof rows[0]);
        memcpy(&rows[count], block, some * sizeof *rows);
    }
    for (size_t i = 0; i < count; i++) {
        must(rows[i].envelope_size > 0); /* nothing was there before, so nothing goes */
        restored += beacon_restore(second, &rows[i], now_ms);
    }
    beacon_count(second, &counts);
    must(counts.entries == restored);
    for (; (some = beacon_take_changed(second, block)) > 0; taken += some)
        for (size_t i = 0; i < some; i++)
            must(block[i].envelope_size == 0 || community_is_valid(span_of_text(block[i].community)));
    must_le(taken, count);
    beacon_free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct beacon *beacon = make();
    int64_t now_ms = BEGIN_MS;
    size_t at = 0;
    for (size_t lines = 0; at < size && lines < LINES_MAX; lines++) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        const size_t line_size = end == NULL ? size - at : (size_t)(end - data) - at;
        if (line_size >= HEAD_SIZE) run_line(beacon, (struct span){data + at, line_size}, &now_ms);
        at += line_size + 1;
    }
    check_kept(beacon, now_ms);
    beacon_free(beacon);
    return 0;
}
