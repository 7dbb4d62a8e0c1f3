/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of the original's rendezvous client that ask beacons, against our harvest: the same answers come in, and
 * what was asked, counted and told must agree. Where we differ on purpose, docs/decisions/0014-harvest.md says so and
 * why: our node always has a ticket, so it announces where the original only asks; a summary follows each round, and a
 * retry is a round; a summary is `info`, also without a success. The cases of capsules are not ours yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "lib/vectors.h"
#include "swarm/engine.h"
#include "swarm/engine_view.h"
#include "swarm/rendezvous/answer.h"

enum { SOURCES_MAX = 4, CODES_MAX = 64, TICKETS_MAX = 16, LIVE_MS_MAX = 60000 };

struct waiting {
    uint8_t source;
    bool was_announce;
};
struct run {
    const struct json_value *vector;
    struct engine *engine;
    struct actions *actions;
    int64_t now_ms;
    size_t source_count, asked, code_count, waiting_count, ticket_count;
    size_t replied[SOURCES_MAX];
    char codes[CODES_MAX][EVENT_TEXT_MAX];
    struct waiting waiting[SOURCES_MAX];
    char tickets[TICKETS_MAX][LIMIT_TICKET_ID_MAX + 1]; /* whose ticket came and holds */
};

static void fill_sevens(void *context, uint8_t *bytes, size_t size) {
    (void)context;
    memset(bytes, 7, size);
}

/* ---- What the engine does ---- */

/* "warn beacon-fetch-failed". What the original has no word for is left out. */
static void note_event(struct run *run, const struct event *event) {
    const char *code = event_name((enum event_code)event->code);
    const bool is_ours = event->code == EVENT_HARVEST_START || event->code == EVENT_BEACON_ANNOUNCED ||
                         event->code == EVENT_FALLBACK_BEGAN || event->code == EVENT_BEACON_TICKETS_REFUSED ||
                         event->code == EVENT_HARVEST_EMPTY || event->code == EVENT_TICKET_ISSUED;
    const bool is_of_rendezvous = strncmp(code, "beacon-", 7) == 0 || strncmp(code, "rendezvous-", 11) == 0;
    if (!is_of_rendezvous || is_ours) return;
    assert_true(run->code_count < CODES_MAX);
    (void)snprintf(run->codes[run->code_count++], sizeof run->codes[0], "%s", code);
}

static void feed(struct run *run, const struct input *input) {
    struct action action;
    engine_feed(run->engine, input, run->actions, run->now_ms);
    while (actions_take(run->actions, &action)) {
        if (action.kind == ACTION_EMIT) note_event(run, &action.as.event);
        if (action.kind != ACTION_ANNOUNCE && action.kind != ACTION_FETCH) continue;
        run->waiting[run->waiting_count++] = (struct waiting){action.source, action.kind == ACTION_ANNOUNCE};
        run->asked++;
    }
}

/* ---- What the sources answer ---- */

/* The replies of a source are named by what its URL begins with; they come in order, the last one again and again. */
static const struct json_value *reply_of(struct run *run, size_t source) {
    const struct span url = vectors_string(&vectors_array(run->vector, "sources")->as.items[source], "url");
    const struct json_value *replies = vectors_member(run->vector, "replies");
    const struct json_value *list = NULL;
    for (size_t i = 0; i < replies->count; i++)
        if (span_starts_with(url, replies->as.members[i].name)) list = &replies->as.members[i].value;
    assert_non_null(list);
    const size_t n = run->replied[source]++;
    return &list->as.items[n < list->count ? n : list->count - 1];
}

static void note_tickets(struct run *run, const struct beacon_reply *reply) {
    for (size_t i = 0; i < reply->ticket_count; i++) {
        const struct ticket *ticket = &reply->tickets[i];
        size_t n = 0;
        while (n < run->ticket_count && strcmp(run->tickets[n], ticket->peer_id) != 0) n++;
        if (n < run->ticket_count || ticket->expires_at_ms + LIMIT_CLOCK_SKEW_MS < run->now_ms) continue;
        assert_true(run->ticket_count < TICKETS_MAX);
        (void)snprintf(run->tickets[run->ticket_count++], sizeof run->tickets[0], "%s", ticket->peer_id);
    }
}

static void answer(struct run *run, struct waiting asked) {
    static uint8_t memory[ANSWER_ARENA_SIZE];
    struct arena arena = arena_over(memory, sizeof memory);
    const struct verifier verifier = sign_verifier();
    const struct json_value *reply = reply_of(run, asked.source);
    struct beacon_reply checked = {0};
    struct input input = {.kind = INPUT_BEACON_REPLY};
    input.as.beacon.source = asked.source;
    input.as.beacon.was_announce = asked.was_announce;
    input.as.beacon.outcome = BEACON_OUTCOME_ANSWERED;
    input.as.beacon.status = (int)vectors_integer(reply, "status");
    if (input.as.beacon.status == 200) {
        const struct span body = vectors_member(reply, "body")->text;
        const enum refusal refusal = beacon_reply_check(body, &verifier, &arena, &checked);
        input.as.beacon.reply = refusal == REFUSAL_NONE ? &checked : NULL;
        if (refusal != REFUSAL_NONE) input.as.beacon.outcome = BEACON_OUTCOME_INVALID;
        note_tickets(run, &checked);
    }
    feed(run, &input);
}

/* ---- A case ---- */

static void run_begin(struct run *run) {
    const uint8_t seed[32] = {1};
    struct engine_source sources[SOURCES_MAX] = {0};
    struct signing_key key;
    run->source_count = vectors_array(run->vector, "sources")->count;
    run->now_ms = vectors_integer(vectors_member(run->vector, "options"), "now");
    for (size_t i = 0; i < run->source_count; i++) {
        const struct json_value *place = &vectors_array(run->vector, "sources")->as.items[i];
        (void)snprintf(sources[i].name, sizeof sources[i].name, "beacon-%u", (unsigned)(i + 1) % 100);
        assert_true(span_copy_text(vectors_string(place, "url"), sources[i].url, sizeof sources[i].url));
    }
    sign_key_from_seed(&key, seed);
    const struct engine_options options = {
        .node_key = &key,
        .community = "mainnet",
        .agent = "test",
        .entropy = {.fill = fill_sevens},
        .seed = 1,
        .book_rows = 8,
        .passive_tickets = 8,
        .links = 8,
        .sources = sources,
        .source_count = run->source_count,
    };
    run->engine = engine_new(&options, run->now_ms);
    run->actions = actions_new();
    feed(run, &(struct input){.kind = INPUT_START});
}

/* Answers all that is asked, until as much was asked as the original asks; then all of that is answered too. */
static void run_through(struct run *run, size_t attempts) {
    const int64_t until_ms = run->now_ms + LIVE_MS_MAX;
    while (run->waiting_count > 0 || run->asked < attempts) {
        while (run->waiting_count > 0) {
            const struct waiting first = run->waiting[0];
            run->waiting_count--;
            memmove(run->waiting, run->waiting + 1, run->waiting_count * sizeof run->waiting[0]);
            answer(run, first);
        }
        if (run->asked >= attempts) return;
        run->now_ms = engine_deadline_ms(run->engine);
        assert_true(run->now_ms <= until_ms);
        feed(run, &(struct input){.kind = INPUT_TICK});
    }
}

static void assert_counts(const struct run *run, const struct json_value *expect) {
    struct rendezvous_view view;
    int64_t attempts = 0, successes = 0, timeouts = 0;
    engine_view_rendezvous(run->engine, &view);
    for (size_t i = 0; i < view.source_count; i++) {
        attempts += view.sources[i].attempts;
        successes += view.sources[i].successes;
        timeouts += view.sources[i].failures[BEACON_OUTCOME_TIMEOUT];
    }
    assert_int_equal(attempts, vectors_integer(expect, "attempts"));
    assert_int_equal(successes, vectors_integer(expect, "successes"));
    assert_int_equal(attempts - successes, vectors_integer(expect, "failures"));
    assert_int_equal(timeouts, vectors_integer(expect, "aborted"));
}

/* Ours without the summaries between. */
static void assert_codes(const struct run *run, const struct json_value *expect) {
    const struct json_value *wanted = vectors_array(expect, "diagnostics");
    size_t n = 0;
    for (size_t i = 0; i < run->code_count; i++) {
        const bool is_summary = strcmp(run->codes[i], "beacon-fetch-summary") == 0;
        if (is_summary && i + 1 < run->code_count) continue;
        assert_true(n < wanted->count);
        const struct span code = vectors_string(&wanted->as.items[n++], "code");
        if (!span_equal_text(code, run->codes[i]))
            fail_msg("%zu: %s, where the original says %.*s", n, run->codes[i], (int)code.size, (const char *)code.at);
    }
    assert_int_equal(n, wanted->count);
}

static void assert_records(const struct run *run, const struct json_value *expect) {
    const struct json_value *wanted = vectors_array(expect, "records");
    assert_int_equal(run->ticket_count, wanted->count);
    for (size_t i = 0; i < wanted->count; i++) {
        size_t n = 0;
        while (n < run->ticket_count &&
               !span_equal_text(vectors_string(&wanted->as.items[i], "peerId"), run->tickets[n]))
            n++;
        assert_true(n < run->ticket_count);
    }
}

static void the_cases_of_beacons_agree(void **state) {
    (void)state;
    size_t beacons = 0, capsules = 0;
    struct vectors vectors = vectors_open("rendezvous_client");
    const struct json_value *cases = vectors_array(vectors.tree, "cases");
    for (size_t i = 0; i < cases->count; i++) {
        struct run *run = memory_zeroed(1, sizeof *run);
        run->vector = &cases->as.items[i];
        const struct json_value *expect = vectors_member(run->vector, "expect");
        const bool is_beacon = span_equal_text(vectors_string(run->vector, "kind"), "beacon");
        beacons += is_beacon;
        capsules += !is_beacon;
        if (is_beacon) {
            const struct span name = vectors_string(run->vector, "name");
            print_message("%.*s\n", (int)name.size, (const char *)name.at);
            run_begin(run);
            run_through(run, (size_t)vectors_integer(expect, "attempts"));
            assert_counts(run, expect);
            assert_codes(run, expect);
            assert_records(run, expect);
            engine_free(run->engine);
            actions_free(run->actions);
        }
        memory_free(run);
    }
    print_message("%zu cases of beacons; %zu of capsules are not ours yet\n", beacons, capsules);
    assert_true(beacons >= 2);
    vectors_close(&vectors);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_cases_of_beacons_agree)};
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
