/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of a beacon's client, as the original asks and judges: our engine asks, the vectors' replies go through our
 * check, and what was asked, counted, told and found must agree, but for what is named here. The cases of capsules wait
 * for the reading of capsules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/must.h"
#include "lib/vectors.h"
#include "swarm/engine.h"
#include "swarm/engine_view.h"
#include "swarm/rendezvous/request.h"

enum { SOURCES_MAX = 4, EVENTS_MAX = 64, REQUESTS_MAX = 32, TICKETS_MAX = 16, TEXT_MAX = 8192 };

/* Where we differ on purpose; docs/decisions/0014-harvest.md says more. */
struct exception {
    const char *name; /* of the case */
    const char *what;
    const char *reason;
};
static const struct exception exceptions[] = {
    {"beacon-peers", "authorization", "no beacon ever verified a bearer token (W12), so none is sent"},
    {"beacon-announce", "authorization", "no beacon ever verified a bearer token (W12), so none is sent"},
    {"beacon-retry-then-ok", "announces", "whoever failed may have forgotten us: the next question announces again"},
    {"beacon-all-fail", "summary-level", "a code has one level here; that no source answers is rendezvous-fetch-empty"},
};

static bool is_excepted(const char *name, const char *what) {
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        if (strcmp(exceptions[i].name, name) != 0 || strcmp(exceptions[i].what, what) != 0) continue;
        print_message("%s: %s: %s\n", name, what, exceptions[i].reason);
        return true;
    }
    return false;
}

struct request {
    size_t source;
    bool is_announce;
};
struct run {
    char name[64];
    const struct json_value *test; /* the case */
    struct engine *engine;
    struct actions *actions;
    int64_t now_ms;
    size_t source_count;
    size_t reply_next[SOURCES_MAX]; /* which reply of the source comes next */
    bool is_primed;                 /* until then requests are accepted and forgotten */
    struct request waiting[REQUESTS_MAX];
    size_t waiting_count;
    struct request requests[REQUESTS_MAX];
    size_t request_count;
    enum event_code events[EVENTS_MAX];
    size_t event_count;
    struct ticket tickets[TICKETS_MAX]; /* of one id the later one */
    size_t origins[TICKETS_MAX];
    size_t ticket_count;
    uint8_t *arena_memory;
    struct arena arena;
};

/* A body that the vectors give as an object is what stands there. */
static struct span text_of(const struct json_value *value) {
    struct span text;
    return json_as_string(value, &text) ? text : value->text;
}

static const struct json_value *source_at(const struct run *run, size_t index) {
    return &vectors_array(run->test, "sources")->as.items[index];
}

static void copy_text(const struct json_value *object, const char *name, char *text, size_t capacity) {
    assert_true(span_copy_text(vectors_string(object, name), text, capacity));
}

/* ---- The engine ---- */

static void fill_nines(void *context, uint8_t *bytes, size_t size) {
    (void)context;
    memset(bytes, 9, size);
}

static void take_actions(struct run *run) {
    struct action action;
    while (actions_take(run->actions, &action)) {
        bool is_request = action.kind == ACTION_ANNOUNCE || action.kind == ACTION_FETCH;
        if (action.kind == ACTION_EMIT && run->is_primed) {
            must(run->event_count < EVENTS_MAX);
            run->events[run->event_count++] = (enum event_code)action.as.event.code;
        }
        if (!is_request) continue;
        must(run->waiting_count < REQUESTS_MAX && run->request_count < REQUESTS_MAX);
        struct request request = {action.source, action.kind == ACTION_ANNOUNCE};
        run->waiting[run->waiting_count++] = request;
        if (run->is_primed) run->requests[run->request_count++] = request;
    }
}

static void feed(struct run *run, const struct input *input) {
    engine_feed(run->engine, input, run->actions, run->now_ms);
    take_actions(run);
}

/* Of one id the ticket that was issued later is kept, as the address book does it. */
static void note_ticket(struct run *run, const struct ticket *ticket, size_t source) {
    size_t at = 0;
    while (at < run->ticket_count && strcmp(run->tickets[at].peer_id, ticket->peer_id) != 0) at++;
    must(at < TICKETS_MAX);
    if (at == run->ticket_count) {
        run->ticket_count++;
    } else if (run->tickets[at].issued_at_ms >= ticket->issued_at_ms) {
        return;
    }
    run->tickets[at] = *ticket;
    run->origins[at] = source;
}

/* What the vectors let this source answer now; the last one goes on. */
static const struct json_value *next_reply(struct run *run, size_t source) {
    const struct json_value *replies = vectors_member(run->test, "replies");
    struct span url = vectors_string(source_at(run, source), "url");
    for (size_t i = 0; i < replies->count; i++) {
        if (!span_starts_with(url, replies->as.members[i].name)) continue;
        const struct json_value *list = &replies->as.members[i].value;
        size_t at = run->reply_next[source];
        if (run->reply_next[source] + 1 < list->count) run->reply_next[source]++;
        return &list->as.items[at];
    }
    fail_msg("no reply for a source");
    return NULL;
}

static void read_list(struct run *run, size_t source, struct span body, struct input *input,
                      struct beacon_reply *reply) {
    struct verifier verifier = sign_verifier();
    if (beacon_reply_check(body, &verifier, &run->arena, reply) != REFUSAL_NONE) {
        input->as.beacon.outcome = BEACON_OUTCOME_INVALID;
        return;
    }
    for (size_t i = 0; i < reply->ticket_count; i++) note_ticket(run, &reply->tickets[i], source);
    input->as.beacon.reply = reply;
}

static void answer(struct run *run, struct request request) {
    struct input input = {.kind = INPUT_BEACON_REPLY};
    struct beacon_reply reply = {.is_ok = true};
    input.as.beacon.source = (uint8_t)request.source;
    input.as.beacon.was_announce = request.is_announce;
    input.as.beacon.status = 200;
    if (run->is_primed) {
        const struct json_value *given = next_reply(run, request.source);
        input.as.beacon.status = (int)vectors_integer(given, "status");
        struct span body = text_of(vectors_member(given, "body"));
        if (input.as.beacon.status == 200) read_list(run, request.source, body, &input, &reply);
    } else {
        input.as.beacon.reply = &reply;
    }
    feed(run, &input);
}

static void answer_all(struct run *run) {
    while (run->waiting_count > 0) {
        struct request request = run->waiting[0];
        run->waiting_count--;
        memmove(run->waiting, run->waiting + 1, run->waiting_count * sizeof run->waiting[0]);
        answer(run, request);
    }
}

static bool is_round_over(const struct run *run) {
    for (size_t i = 0; i < run->event_count; i++) {
        if (run->events[i] == EVENT_HARVEST_SUMMARY) return true;
    }
    return false;
}

static void begin(struct run *run, const struct json_value *test) {
    struct signing_key key;
    uint8_t seed[32] = {77};
    struct engine_source sources[SOURCES_MAX];
    *run = (struct run){.test = test, .now_ms = vectors_integer(vectors_member(test, "options"), "now")};
    copy_text(test, "name", run->name, sizeof run->name);
    run->source_count = vectors_array(test, "sources")->count;
    must(run->source_count <= SOURCES_MAX);
    for (size_t i = 0; i < run->source_count; i++) {
        (void)snprintf(sources[i].name, sizeof sources[i].name, "beacon-%u", (unsigned)(i + 1));
        copy_text(source_at(run, i), "url", sources[i].url, sizeof sources[i].url);
    }
    run->arena_memory = memory_zeroed(1, 4 * ANSWER_ARENA_SIZE);
    run->arena = arena_over(run->arena_memory, 4 * ANSWER_ARENA_SIZE);
    assert_true(sign_init());
    sign_key_from_seed(&key, seed);
    run->actions = actions_new();
    run->engine = engine_new(&(struct engine_options){.node_key = &key,
                                                      .community = "mainnet",
                                                      .agent = "test",
                                                      .entropy = {.fill = fill_nines},
                                                      .seed = 1,
                                                      .book_rows = 16,
                                                      .passive_tickets = 16,
                                                      .links = 8,
                                                      .sources = sources,
                                                      .source_count = run->source_count},
                             run->now_ms);
    assert_non_null(run->engine);
}

static void end(struct run *run) {
    engine_free(run->engine);
    actions_free(run->actions);
    memory_free(run->arena_memory);
}

/* One round of the engine against the replies. Who has nothing to announce in the vectors has done so before. */
static void live_round(struct run *run) {
    run->is_primed = json_member(run->test, "announcement") != NULL;
    feed(run, &(struct input){.kind = INPUT_START});
    answer_all(run);
    run->is_primed = true;
    for (int i = 0; i < 100 && !is_round_over(run); i++) {
        run->now_ms = engine_deadline_ms(run->engine);
        feed(run, &(struct input){.kind = INPUT_TICK});
        answer_all(run);
    }
    assert_true(is_round_over(run));
}

/* ---- What must agree ---- */

static void assert_same_json(struct run *run, struct span a, struct span b) {
    struct span texts[2] = {a, b};
    struct buffer written[2];
    for (int i = 0; i < 2; i++) {
        enum json_fault fault;
        const struct json_value *value = json_parse(texts[i], JSON_CANON, &run->arena, &fault, NULL);
        assert_non_null(value);
        written[i] = buffer_over(arena_take(&run->arena, TEXT_MAX), TEXT_MAX);
        assert_int_equal(json_write_canonical(value, &run->arena, &written[i]), JSON_FAULT_NONE);
    }
    assert_true(span_equal(buffer_span(&written[0]), buffer_span(&written[1])));
}

/* The engine announces a ticket of its own making; what is compared is how any ticket is announced. */
static void assert_announce_body(struct run *run, const char *community, struct span expected) {
    struct ticket ticket;
    struct verifier verifier = sign_verifier();
    struct buffer body = buffer_over(arena_take(&run->arena, TEXT_MAX), TEXT_MAX);
    const struct json_value *envelope = vectors_member(run->test, "announcement");
    assert_int_equal(ticket_check(envelope, &(struct ticket_rules){0}, &verifier, &run->arena, &ticket), REFUSAL_NONE);
    beacon_request_write_announce(&body, &ticket, community);
    assert_same_json(run, buffer_span(&body), expected);
}

/* Where we announce and the original only asks, the rest of the request must agree. */
static bool asks_as_expected(struct run *run, struct request *request, const struct json_value *expected) {
    bool is_announce = span_equal_text(vectors_string(expected, "method"), "POST");
    if (is_announce == request->is_announce) return true;
    request->is_announce = is_announce;
    return !is_announce && is_excepted(run->name, "announces");
}

static void assert_request(struct run *run, struct request request, const struct json_value *expected) {
    char base[LIMIT_URL_MAX + 1], community[LIMIT_COMMUNITY_MAX + 1];
    uint8_t memory[512];
    struct buffer url = buffer_over(memory, sizeof memory);
    assert_true(asks_as_expected(run, &request, expected));
    copy_text(source_at(run, request.source), "url", base, sizeof base);
    copy_text(source_at(run, request.source), "community", community, sizeof community);
    beacon_request_write_url(&url, base, community, request.is_announce);
    assert_true(span_equal(buffer_span(&url), vectors_string(expected, "url")));
    assert_true(span_equal_text(vectors_string(expected, "method"), request.is_announce ? "POST" : "GET"));
    bool has_token = json_member(vectors_member(expected, "headers"), "Authorization") != NULL;
    if (has_token) assert_true(is_excepted(run->name, "authorization"));
    if (request.is_announce) assert_announce_body(run, community, vectors_string(expected, "body"));
}

static void assert_requests(struct run *run, const struct json_value *expect) {
    const struct json_value *requests = vectors_array(expect, "requests");
    assert_int_equal(run->request_count, requests->count);
    for (size_t i = 0; i < requests->count; i++) assert_request(run, run->requests[i], &requests->as.items[i]);
}

static void assert_records(const struct run *run, const struct json_value *expect) {
    const struct json_value *records = vectors_array(expect, "records");
    assert_int_equal(run->ticket_count, records->count);
    for (size_t i = 0; i < records->count; i++) {
        const struct json_value *record = &records->as.items[i];
        const struct ticket *ticket = &run->tickets[i];
        assert_true(span_equal_text(vectors_string(record, "peerId"), ticket->peer_id));
        assert_true(span_equal_text(vectors_string(record, "userId"), ticket->user_id));
        assert_int_equal(vectors_integer(record, "expiresAt"), ticket->expires_at_ms);
        assert_true(span_equal_text(vectors_string(record, "source"), "beacon"));
        struct span origin = vectors_string(source_at(run, run->origins[i]), "url");
        assert_true(span_equal(vectors_string(record, "origin"), origin));
    }
}

/* Of this round; the one before it had a success of each source, when there was one. */
static void assert_counts(const struct run *run, const struct json_value *expect) {
    struct rendezvous_view view;
    int64_t attempts = 0, successes = 0, aborted = 0;
    bool had_round_before = json_member(run->test, "announcement") == NULL;
    engine_view_rendezvous(run->engine, &view);
    for (size_t i = 0; i < view.source_count; i++) {
        attempts += view.sources[i].attempts - had_round_before;
        successes += view.sources[i].successes - had_round_before;
        aborted += view.sources[i].failures[BEACON_OUTCOME_TIMEOUT];
    }
    assert_int_equal(attempts, vectors_integer(expect, "attempts"));
    assert_int_equal(successes, vectors_integer(expect, "successes"));
    assert_int_equal(attempts - successes, vectors_integer(expect, "failures"));
    assert_int_equal(aborted, vectors_integer(expect, "aborted"));
}

/* Those of the original's fetching are compared; what ours tells beyond them is left out. */
static bool is_of_fetching(enum event_code code) {
    return strncmp(event_name(code), "beacon-fetch-", 13) == 0;
}

static void assert_diagnostics(const struct run *run, const struct json_value *expect) {
    const struct json_value *diagnostics = vectors_array(expect, "diagnostics");
    size_t at = 0;
    for (size_t i = 0; i < run->event_count; i++) {
        enum event_code code = run->events[i];
        if (!is_of_fetching(code)) continue;
        assert_true(at < diagnostics->count);
        const struct json_value *expected = &diagnostics->as.items[at++];
        assert_true(span_equal_text(vectors_string(expected, "code"), event_name(code)));
        assert_true(span_equal_text(vectors_string(expected, "source"), event_source(code)));
        bool is_level = span_equal_text(vectors_string(expected, "level"), event_level_name(event_level(code)));
        if (!is_level) assert_true(code == EVENT_HARVEST_SUMMARY && is_excepted(run->name, "summary-level"));
    }
    assert_int_equal(at, diagnostics->count);
}

static void every_case_of_a_beacon_agrees(void **state) {
    (void)state;
    struct vectors vectors = vectors_open("rendezvous_client");
    const struct json_value *cases = vectors_array(vectors.tree, "cases");
    size_t compared = 0;
    for (size_t i = 0; i < cases->count; i++) {
        static struct run run;
        if (!span_equal_text(vectors_string(&cases->as.items[i], "kind"), "beacon")) continue;
        begin(&run, &cases->as.items[i]);
        live_round(&run);
        const struct json_value *expect = vectors_member(run.test, "expect");
        assert_requests(&run, expect);
        assert_records(&run, expect);
        assert_counts(&run, expect);
        assert_diagnostics(&run, expect);
        print_message("%s: %zu requests, %zu records\n", run.name, run.request_count, run.ticket_count);
        end(&run);
        compared++;
    }
    assert_true(compared > 0);
    vectors_close(&vectors);
}

/* By name, so that a case which nobody has looked at fails here. */
static void the_cases_of_capsules_are_not_covered_yet(void **state) {
    static const char *const names[] = {
        "capsule-valid",         "capsule-at-expiry",         "capsule-tampered-peers",      "capsule-wrong-key",
        "capsule-no-community",  "capsule-missing-algorithm", "capsule-ticket-trust-filter", "capsule-http-error-retry",
        "capsule-network-error", "capsule-not-json"};
    (void)state;
    struct vectors vectors = vectors_open("rendezvous_client");
    const struct json_value *cases = vectors_array(vectors.tree, "cases");
    size_t found = 0;
    for (size_t i = 0; i < cases->count; i++) {
        struct span name = vectors_string(&cases->as.items[i], "name");
        if (!span_equal_text(vectors_string(&cases->as.items[i], "kind"), "capsule")) continue;
        bool is_known = false;
        for (size_t j = 0; j < sizeof names / sizeof names[0]; j++) is_known |= span_equal_text(name, names[j]);
        if (!is_known) fail_msg("a new case of capsules: %.*s", (int)name.size, (const char *)name.at);
        print_message("not covered: %.*s\n", (int)name.size, (const char *)name.at);
        found++;
    }
    assert_int_equal(found, sizeof names / sizeof names[0]);
    vectors_close(&vectors);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_of_a_beacon_agrees),
        cmocka_unit_test(the_cases_of_capsules_are_not_covered_yet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
