/* SPDX-License-Identifier: Apache-2.0 */
/* The transcripts of the original beacon, step by step against ours: status and body, or the list of ids, must agree,
 * but for the steps named here, where our rules differ on purpose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "base/number.h"
#include "lib/kept_rows.h"
#include "lib/vectors.h"
#include "swarm/rendezvous/beacon.h"

/* Where we differ: in a transcript (NULL: in any), in the steps that hold this piece of text (empty: in all). */
struct exception {
    const char *transcript;
    const char *what;
    const char *reason;
};
static const struct exception exceptions[] = {
    {NULL, "Failed to process announce",
     "a body or ticket that cannot be read is the sender's mistake: 400 Invalid payload, not a 500"},
    {"ticket-hijack", "", "W13: an id is held to its first key (PEER_ID_TAKEN), nobody else can take the place"},
    {"far-future-ttl", "", "W13: a claimed ticket is listed for 600 s after its receipt at most, whatever it says"},
    {"limits-negative", "", "a negative limit means nothing: ours are 1 up to their ceilings"},
};

struct run {
    struct beacon *beacon;
    struct beacon_options options;
    struct public_key trusted[16];
    struct kept_rows kept;
    size_t compared;
    size_t excepted;
};

static const struct exception *exception_of(struct span transcript, struct span request, struct span response) {
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        const struct exception *e = &exceptions[i];
        if (e->transcript != NULL && !span_equal_text(transcript, e->transcript)) continue;
        if (e->what[0] == '\0' || memmem(request.at, request.size, e->what, strlen(e->what)) != NULL ||
            memmem(response.at, response.size, e->what, strlen(e->what)) != NULL)
            return e;
    }
    return NULL;
}

/* ---- Settings ---- */

static size_t limit_of(const struct json_value *env, const char *name) {
    struct span text;
    uint32_t value = 0;
    if (!json_as_string(json_member(env, name), &text) || !number_read_u32(text, 100000, &value)) return 0;
    return value;
}

static struct span trimmed(struct span text) {
    while (text.size > 0 && text.at[0] == ' ') text = (struct span){text.at + 1, text.size - 1};
    while (text.size > 0 && text.at[text.size - 1] == ' ') text.size--;
    return text;
}

static void trusted_read(struct run *run, struct span list) {
    while (list.size > 0) {
        const uint8_t *comma = memchr(list.at, ',', list.size);
        const size_t size = comma == NULL ? list.size : (size_t)(comma - list.at);
        const struct span key = trimmed((struct span){list.at, size});
        struct buffer out = buffer_over(run->trusted[run->options.policy.trusted_count].bytes, 32);
        if (key.size > 0 && base64_read(key, &out)) run->options.policy.trusted_count++;
        list = (struct span){list.at + size, list.size - size};
        if (list.size > 0) list = (struct span){list.at + 1, list.size - 1};
    }
    run->options.policy.trusted = run->trusted;
}

static void settings_read(struct run *run, const struct json_value *env) {
    struct span list;
    run->options = (struct beacon_options){.verifier = sign_verifier(), .seed = 3};
    run->options.tickets_max = limit_of(env, "MAX_TICKETS");
    run->options.list_max = limit_of(env, "MAX_PEERS_PER_RESPONSE");
    if (json_as_string(json_member(env, "TRUSTED_TICKET_KEYS"), &list)) trusted_read(run, list);
}

/* ---- Steps ---- */

static void restart(struct run *run, int64_t now_ms) {
    if (run->beacon != NULL) (void)kept_rows_take(&run->kept, run->beacon, true);
    beacon_free(run->beacon);
    run->beacon = beacon_new(&run->options, now_ms);
    assert_non_null(run->beacon);
    (void)kept_rows_restore(&run->kept, run->beacon, now_ms);
}

/* The community of a target, as the HTTP face gives it: empty when the query names none, and a name outside the
 * pattern when it names the empty one. */
static struct span community_of(struct span target) {
    const uint8_t *at = memmem(target.at, target.size, "community=", 10);
    if (at == NULL) return SPAN_NONE;
    at += 10;
    const size_t left = target.size - (size_t)(at - target.at);
    const uint8_t *end = memchr(at, '&', left);
    const size_t size = end == NULL ? left : (size_t)(end - at);
    return size == 0 ? SPAN_LITERAL("-") : (struct span){at, size};
}

static bool ids_agree(const struct json_value *expected, struct span body) {
    static uint8_t memory[1 << 20];
    struct arena arena = arena_over(memory, sizeof memory);
    enum json_fault fault;
    const struct json_value *peers = json_member(json_parse(body, JSON_WIRE, &arena, &fault, NULL), "peers");
    if ((peers == NULL ? 0 : peers->count) != expected->count) return false;
    for (size_t i = 0; i < expected->count; i++) {
        const struct span id = vectors_string(vectors_member(&peers->as.items[i], "payload"), "peerId");
        if (!span_equal(id, expected->as.items[i].as.string)) return false;
    }
    return true;
}

static bool answers_agree(const struct json_value *response, int status, struct span body) {
    struct span expected;
    const struct json_value *ids = json_member(response, "peerIds");
    if (status != vectors_integer(response, "status")) return false;
    if (json_as_string(json_member(response, "body"), &expected) && !span_equal(body, expected)) return false;
    return ids == NULL || ids->kind != JSON_ARRAY || ids_agree(ids, body);
}

/* Only a step that really differs may be excepted. */
static void step_judge(struct run *run, const struct json_value *step, struct span transcript, int status,
                       struct span body) {
    const struct json_value *request = vectors_member(step, "request"), *response = vectors_member(step, "response");
    const struct exception *exception = exception_of(transcript, request->text, response->text);
    run->compared++;
    if (answers_agree(response, status, body)) return;
    if (exception == NULL)
        fail_msg("%.*s at %lld: %d %.*s", (int)transcript.size, (const char *)transcript.at,
                 (long long)vectors_integer(step, "nowMs"), status, (int)body.size, (const char *)body.at);
    if (exception->transcript == NULL) assert_int_equal(status, 400);
    run->excepted++;
    print_message("  excepted: %.*s: %s\n", (int)transcript.size, (const char *)transcript.at, exception->reason);
}

static void step_run(struct run *run, const struct json_value *step, struct span transcript) {
    const struct json_value *request = vectors_member(step, "request");
    const struct span target = vectors_string(request, "target");
    const struct address from = {.family = ADDRESS_IPV4, .ip = {203, 0, 113, 1}};
    const int64_t now_ms = vectors_integer(step, "nowMs");
    const bool is_announce = span_equal_text(vectors_string(request, "method"), "POST");
    struct span sent = SPAN_NONE;
    /* Routes are the business of the HTTP face; here only what reaches the book. */
    if (!span_starts_with(target, is_announce ? SPAN_LITERAL("/announce") : SPAN_LITERAL("/peers"))) return;
    if (!is_announce && !span_equal_text(vectors_string(request, "method"), "GET")) return;
    if (run->beacon == NULL) restart(run, now_ms);
    (void)json_as_string(json_member(request, "body"), &sent);
    const struct beacon_answer answer = is_announce
                                            ? beacon_announce(run->beacon, community_of(target), sent, &from, now_ms)
                                            : beacon_peers(run->beacon, community_of(target), &from, now_ms);
    step_judge(run, step, transcript, answer.status, answer.body);
}

static void transcript_run(struct run *run, const struct json_value *transcript) {
    const struct json_value *steps = vectors_array(transcript, "steps");
    int64_t now_ms = 0;
    settings_read(run, vectors_member(transcript, "env"));
    for (size_t i = 0; i < steps->count; i++) {
        const struct json_value *step = &steps->as.items[i];
        if (json_member(step, "restart") != NULL) {
            restart(run, now_ms);
            continue;
        }
        now_ms = vectors_integer(step, "nowMs");
        step_run(run, step, vectors_string(transcript, "name"));
    }
    beacon_free(run->beacon);
    run->beacon = NULL;
    kept_rows_clear(&run->kept);
}

static void the_transcripts_of_the_original_agree(void **state) {
    (void)state;
    assert_true(sign_init());
    struct vectors vectors = vectors_open("beacon_transcripts");
    struct run run = {0};
    const struct json_value *transcripts = vectors_array(vectors.tree, "transcripts");
    for (size_t i = 0; i < transcripts->count; i++) transcript_run(&run, &transcripts->as.items[i]);
    print_message("%zu steps compared, %zu of them differ on purpose\n", run.compared, run.excepted);
    assert_true(run.compared > 0);
    vectors_close(&vectors);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_transcripts_of_the_original_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
