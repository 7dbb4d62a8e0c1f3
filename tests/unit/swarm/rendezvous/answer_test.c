/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/rendezvous/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "swarm/rendezvous/request.h"

/* What a beacon says, and what we make of it. */
struct fixture {
    void *arena_memory;
    uint8_t *text_memory;
    struct buffer text;
    struct beacon_reply reply;
};

static int setup(void **state) {
    struct fixture *f = memory_zeroed(1, sizeof *f);
    assert_true(sign_init());
    f->arena_memory = memory_zeroed(1, ANSWER_ARENA_SIZE);
    f->text_memory = memory_zeroed(1, LIMIT_ANSWER_BYTES_MAX + 1);
    f->text = buffer_over(f->text_memory, LIMIT_ANSWER_BYTES_MAX + 1);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    struct fixture *f = *state;
    memory_free(f->text_memory);
    memory_free(f->arena_memory);
    memory_free(f);
    return 0;
}

static enum refusal check(struct fixture *f, struct span body) {
    struct arena arena = arena_over(f->arena_memory, ANSWER_ARENA_SIZE);
    const struct verifier verifier = sign_verifier();
    return beacon_reply_check(body, &verifier, &arena, &f->reply);
}

static struct ticket ticket_of(unsigned number) {
    uint8_t seed[32] = {(uint8_t)number, (uint8_t)(number >> 8)};
    struct signing_key key;
    struct ticket ticket;
    char id[32];
    (void)snprintf(id, sizeof id, "peer-%u", number);
    sign_key_from_seed(&key, seed);
    const struct ticket_draft draft = {
        .peer_id = id, .user_id = "user", .nonce = "AAAA", .issued_at_ms = 1, .expires_at_ms = 1000 + number};
    assert_true(ticket_sign(&ticket, &draft, &key));
    return ticket;
}

/* The text of an answer with tickets 0 to count - 1 and, where it says so, something else in a place. */
static void answer_write(struct fixture *f, unsigned count, unsigned place, const char *instead) {
    buffer_put_text(&f->text, "{\"ok\":true,\"peers\":[");
    for (unsigned i = 0; i < count; i++) {
        const struct ticket ticket = ticket_of(i);
        if (i > 0) buffer_put_u8(&f->text, ',');
        if (instead != NULL && i == place)
            buffer_put_text(&f->text, instead);
        else
            ticket_write(&f->text, &ticket);
    }
    buffer_put_text(&f->text, "]}");
    assert_false(f->text.overflowed);
}

static void the_tickets_come_in_the_order_of_the_beacon(void **state) {
    struct fixture *f = *state;
    answer_write(f, 3, 0, NULL);
    assert_int_equal(check(f, buffer_span(&f->text)), REFUSAL_NONE);
    assert_true(f->reply.is_ok);
    assert_int_equal(f->reply.ticket_count, 3);
    assert_int_equal(f->reply.refused_count, 0);
    assert_string_equal(f->reply.tickets[0].peer_id, "peer-0");
    assert_string_equal(f->reply.tickets[2].peer_id, "peer-2"); /* long past its end: age is not judged here */
    assert_int_equal(f->reply.tickets[2].expires_at_ms, 1002);
}

static void one_bad_ticket_does_not_spoil_the_rest(void **state) {
    struct fixture *f = *state;
    const char *const bad[] = {"null",
                               "0",
                               "\"x\"",
                               "[]",
                               "{}",
                               "{\"version\":1,\"algorithm\":\"ed25519\",\"publicKey\":\"AAAA\",\"signature\":\"!!\","
                               "\"payload\":{\"peerId\":\"a\",\"userId\":\"b\",\"issuedAt\":1,\"expiresAt\":2,"
                               "\"nonce\":\"c\"}}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        for (unsigned place = 0; place < 3; place++) {
            f->text.size = 0;
            answer_write(f, 3, place, bad[i]);
            assert_int_equal(check(f, buffer_span(&f->text)), REFUSAL_NONE);
            assert_int_equal(f->reply.ticket_count, 2);
            assert_int_equal(f->reply.refused_count, 1);
            assert_string_equal(f->reply.tickets[1].peer_id, place == 2 ? "peer-1" : "peer-2");
        }
    }
}

static void a_ticket_that_was_altered_is_left_out(void **state) {
    struct fixture *f = *state;
    answer_write(f, 2, 0, NULL);
    char *at = memmem(f->text_memory, f->text.size, "peer-1", 6);
    assert_non_null(at);
    at[5] = '7';
    assert_int_equal(check(f, buffer_span(&f->text)), REFUSAL_NONE);
    assert_int_equal(f->reply.ticket_count, 1);
    assert_int_equal(f->reply.refused_count, 1);
    assert_int_equal(f->reply.refused[REFUSAL_TICKET_SIGNATURE_INVALID], 1);
}

static void no_more_than_the_cap_is_believed(void **state) {
    struct fixture *f = *state;
    answer_write(f, LIMIT_ANSWER_TICKETS_MAX + 7, 0, NULL);
    assert_int_equal(check(f, buffer_span(&f->text)), REFUSAL_NONE);
    assert_int_equal(f->reply.ticket_count, LIMIT_ANSWER_TICKETS_MAX);
    assert_int_equal(f->reply.refused_count, 7);
    assert_int_equal(f->reply.refused[REFUSAL_ANSWER_TOO_LARGE], 7);
}

static void why_we_were_refused_is_told(void **state) {
    struct fixture *f = *state;
    assert_int_equal(check(f, SPAN_LITERAL("{\"ok\":false,\"peers\":[],\"validation\":{\"ok\":false,"
                                           "\"reason\":\"EXPIRED\"}}")),
                     REFUSAL_NONE);
    assert_false(f->reply.is_ok);
    assert_int_equal(f->reply.validation, REFUSAL_TICKET_EXPIRED);
    assert_string_equal(f->reply.reason, "EXPIRED");
    assert_int_equal(check(f, SPAN_LITERAL("{\"ok\":false,\"validation\":{\"reason\":\"PEER_ID_TAKEN\"}}")),
                     REFUSAL_NONE);
    assert_int_equal(f->reply.validation, REFUSAL_TICKET_PEER_ID_TAKEN);
}

static void a_strange_reason_is_cut_and_made_printable(void **state) {
    struct fixture *f = *state;
    assert_int_equal(check(f, SPAN_LITERAL("{\"peers\":[],\"ok\":false,\"validation\":{\"reason\":"
                                           "\"json-syntax\\u0007\\u001b[31m \xc3\xa9 "
                                           "and much more than anybody wants to read on a screen\"}}")),
                     REFUSAL_NONE);
    assert_int_equal(f->reply.validation, REFUSAL_NONE);
    assert_string_equal(f->reply.reason, "json-syntax??[31m ?? and much more than anybody");
    assert_int_equal(check(f, SPAN_LITERAL("{\"peers\":[],\"validation\":{\"reason\":\"rate\"}}")), REFUSAL_NONE);
    assert_int_equal(f->reply.validation, REFUSAL_NONE); /* a word of ours, but not of tickets */
}

static void ok_is_what_it_says_and_true_when_it_says_nothing_but_peers(void **state) {
    struct fixture *f = *state;
    assert_int_equal(check(f, SPAN_LITERAL("{\"peers\":[]}")), REFUSAL_NONE);
    assert_true(f->reply.is_ok);
    assert_int_equal(check(f, SPAN_LITERAL("{\"peers\":[],\"ok\":false}")), REFUSAL_NONE);
    assert_false(f->reply.is_ok);
    assert_int_equal(check(f, SPAN_LITERAL("{\"peers\":[],\"ok\":1}")), REFUSAL_NONE);
    assert_true(f->reply.is_ok);
}

static void what_is_no_answer_is_refused(void **state) {
    struct fixture *f = *state;
    const char *const bodies[] = {"",
                                  "null",
                                  "[]",
                                  "\"peers\"",
                                  "{}",
                                  "{\"ok\":true}",
                                  "{\"peers\":{}}",
                                  "{\"peers\":null}",
                                  "{\"validation\":{}}",
                                  "{\"validation\":{\"reason\":1}}",
                                  "{\"peers\":[]} x",
                                  "<html>",
                                  "{\"peers\":["};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        assert_int_equal(check(f, span_of_text(bodies[i])), REFUSAL_ANSWER_INVALID);
        assert_int_equal(f->reply.ticket_count, 0);
    }
    assert_int_equal(check(f, SPAN_LITERAL("{\"ok\":false,\"error\":\"Invalid payload\"}")), REFUSAL_ANSWER_INVALID);
    assert_string_equal(f->reply.reason, "Invalid payload");
}

static void every_truncation_is_refused(void **state) {
    struct fixture *f = *state;
    answer_write(f, 2, 0, NULL);
    for (size_t size = 0; size < f->text.size; size++)
        assert_int_equal(check(f, (struct span){f->text_memory, size}), REFUSAL_ANSWER_INVALID);
}

static void what_is_too_large_is_refused(void **state) {
    struct fixture *f = *state;
    memset(f->text_memory, ' ', LIMIT_ANSWER_BYTES_MAX + 1);
    memcpy(f->text_memory, "{\"peers\":[]}", 12);
    assert_int_equal(check(f, (struct span){f->text_memory, LIMIT_ANSWER_BYTES_MAX}), REFUSAL_NONE);
    assert_int_equal(check(f, (struct span){f->text_memory, LIMIT_ANSWER_BYTES_MAX + 1}), REFUSAL_ANSWER_TOO_LARGE);
    for (size_t i = 10; i < LIMIT_ANSWER_BYTES_MAX; i++) f->text_memory[i] = i % 2 == 0 ? '0' : ',';
    memcpy(f->text_memory + LIMIT_ANSWER_BYTES_MAX - 3, " ]}", 3);
    f->text_memory[LIMIT_ANSWER_BYTES_MAX - 4] = '0';
    f->text_memory[LIMIT_ANSWER_BYTES_MAX - 5] = ',';
    assert_int_equal(check(f, (struct span){f->text_memory, LIMIT_ANSWER_BYTES_MAX}), REFUSAL_ANSWER_TOO_LARGE);
}

static void an_announce_is_the_ticket_and_its_community(void **state) {
    struct fixture *f = *state;
    const struct ticket ticket = ticket_of(1);
    uint8_t memory[2 * LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer expected = buffer_over(memory, sizeof memory);
    buffer_put_text(&expected, "{\"ticket\":");
    ticket_write(&expected, &ticket);
    buffer_put_text(&expected, ",\"community\":\"demo\"}");
    beacon_request_write_announce(&f->text, &ticket, "demo");
    assert_true(span_equal(buffer_span(&f->text), buffer_span(&expected)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_tickets_come_in_the_order_of_the_beacon),
        TEST(one_bad_ticket_does_not_spoil_the_rest),
        TEST(a_ticket_that_was_altered_is_left_out),
        TEST(no_more_than_the_cap_is_believed),
        TEST(why_we_were_refused_is_told),
        TEST(a_strange_reason_is_cut_and_made_printable),
        TEST(ok_is_what_it_says_and_true_when_it_says_nothing_but_peers),
        TEST(what_is_no_answer_is_refused),
        TEST(every_truncation_is_refused),
        TEST(what_is_too_large_is_refused),
        TEST(an_announce_is_the_ticket_and_its_community),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
