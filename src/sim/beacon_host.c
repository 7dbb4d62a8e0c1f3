/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/beacon_host.h"

#include "base/memory.h"
#include "base/must.h"
#include "base/prng.h"

#include <string.h>

/* One call from question to answer. It is in the beacon's row until it is answered, so that an ended run leaves none.
 */
struct call {
    struct call *previous, *next;
    struct beacon_host *beacon;
    struct beacon_result result;
    struct address from;
    int64_t asked_at_ms;
    char community[LIMIT_COMMUNITY_MAX + 1];
    uint8_t *bytes; /* the question, then the answer */
    size_t size;
};
struct beacon_host {
    struct beacon_host_options options;
    struct beacon *book;
    struct prng prng;
    enum beacon_mood mood;
    struct call *calls;
};

struct beacon_host *beacon_host_new(const struct beacon_host_options *options) {
    struct beacon_host *beacon = memory_zeroed(1, sizeof *beacon);
    struct beacon_options book = {
        .communities_max = 2,
        .tickets_max = LIMIT_BEACON_TICKETS_MAX,
        .list_max = LIMIT_BEACON_LIST_MAX,
        .verifier = options->verifier,
        .seed = options->seed,
    };
    beacon->options = *options;
    beacon->prng = prng_seeded(options->seed);
    beacon->book = beacon_new(&book, options->wall_zero_ms + options->timeline->now_ms);
    must(beacon->book != NULL);
    return beacon;
}

static void call_free(struct call *call) {
    struct beacon_host *beacon = call->beacon;
    if (call->previous != NULL) call->previous->next = call->next;
    if (call->next != NULL) call->next->previous = call->previous;
    if (beacon->calls == call) beacon->calls = call->next;
    memory_free(call->bytes);
    memory_free(call);
}

void beacon_host_free(struct beacon_host *beacon) {
    if (beacon == NULL) return;
    while (beacon->calls != NULL) call_free(beacon->calls);
    beacon_free(beacon->book);
    memory_free(beacon);
}

void beacon_host_set_mood(struct beacon_host *beacon, enum beacon_mood mood) {
    beacon->mood = mood;
}

static void keep_bytes(struct call *call, struct span bytes) {
    memory_free(call->bytes);
    call->bytes = memory_zeroed(1, bytes.size + 1);
    call->size = bytes.size;
    if (bytes.size > 0) memcpy(call->bytes, bytes.at, bytes.size);
}

static void answer_arrives(void *context, void *subject, uint64_t number) {
    struct beacon_host *beacon = context;
    struct call *call = subject;
    int64_t ready_ms = beacon->options.ready_ms(beacon->options.context, call->result.host);
    if (ready_ms > beacon->options.timeline->now_ms) { /* it waits in a stalled process's socket */
        timeline_add(beacon->options.timeline, ready_ms, (struct moment){answer_arrives, beacon, call, number});
        return;
    }
    call->result.elapsed_ms = beacon->options.timeline->now_ms - call->asked_at_ms;
    call->result.body = (struct span){call->bytes, call->size};
    beacon->options.answered(beacon->options.context, &call->result);
    call_free(call);
}

static void answer_at(struct call *call, int64_t at_ms, enum beacon_outcome outcome) {
    call->result.outcome = outcome;
    timeline_add(call->beacon->options.timeline, at_ms, (struct moment){answer_arrives, call->beacon, call, 0});
}

static int64_t crossed_ms(struct beacon_host *beacon) {
    const struct beacon_host_options *options = &beacon->options;
    return options->timeline->now_ms + options->delay_ms + prng_between(&beacon->prng, 0, options->jitter_ms);
}

static void serve(struct beacon_host *beacon, struct call *call) {
    struct span community = span_of_text(call->community);
    struct span body = {call->bytes, call->size};
    int64_t wall_ms = beacon->options.wall_zero_ms + beacon->options.timeline->now_ms;
    struct beacon_answer answer = call->result.was_announce
                                      ? beacon_announce(beacon->book, community, body, &call->from, wall_ms)
                                      : beacon_peers(beacon->book, community, &call->from, wall_ms);
    call->result.status = answer.status;
    keep_bytes(call, answer.body);
}

static void question_arrives(void *context, void *subject, uint64_t number) {
    struct beacon_host *beacon = context;
    struct call *call = subject;
    (void)number;
    call->result.status = 200;
    switch (beacon->mood) {
    case BEACON_MOOD_UP: serve(beacon, call); break;
    case BEACON_MOOD_UNREACHABLE: answer_at(call, crossed_ms(beacon), BEACON_OUTCOME_ERROR); return;
    case BEACON_MOOD_SILENT:
        answer_at(call, call->asked_at_ms + LIMIT_HARVEST_TIMEOUT_MS, BEACON_OUTCOME_TIMEOUT);
        return;
    case BEACON_MOOD_FAILING:
        call->result.status = 500;
        keep_bytes(call, SPAN_LITERAL("out of order"));
        break;
    case BEACON_MOOD_NONSENSE: keep_bytes(call, SPAN_LITERAL("<html>welcome to this hotel</html>")); break;
    }
    answer_at(call, crossed_ms(beacon), BEACON_OUTCOME_ANSWERED);
}

static struct call *call_new(struct beacon_host *beacon, const struct beacon_call *asked) {
    struct call *call = memory_zeroed(1, sizeof *call);
    call->beacon = beacon;
    call->next = beacon->calls;
    if (call->next != NULL) call->next->previous = call;
    beacon->calls = call;
    call->result = (struct beacon_result){
        .host = asked->host, .epoch = asked->epoch, .source = asked->source, .was_announce = asked->is_announce};
    call->from = asked->from;
    call->asked_at_ms = beacon->options.timeline->now_ms;
    must(span_copy_text(span_of_text(asked->community), call->community, sizeof call->community));
    keep_bytes(call, asked->body);
    return call;
}

void beacon_host_ask(struct beacon_host *beacon, const struct beacon_call *asked) {
    struct call *call = call_new(beacon, asked);
    if (asked->is_cut) {
        answer_at(call, call->asked_at_ms + LIMIT_HARVEST_TIMEOUT_MS, BEACON_OUTCOME_TIMEOUT);
        return;
    }
    timeline_add(beacon->options.timeline, crossed_ms(beacon), (struct moment){question_arrives, beacon, call, 0});
}
