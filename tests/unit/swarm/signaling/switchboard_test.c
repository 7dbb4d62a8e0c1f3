/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/switchboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/board_rig.h"
#include "swarm/signaling/signal_message.h"

static struct board_line a_line, b_line, c_line;

/* ---- Coming in ---- */

static void newcomer_hears_open_and_nothing_else(void **state) {
    RIG(4);
    board_come(rig, &a_line, "a");
    assert_string_equal(a_line.said, "{\"type\":\"OPEN\"}\n");
    assert_int_equal(board_counts(rig).clients, 1);
    switchboard_free(rig->board);
}

static void incomplete_newcomer_is_refused(void **state) {
    RIG(4);
    char long_id[SIGNAL_ID_SIZE_MAX + 2], long_token[SWITCHBOARD_TOKEN_SIZE_MAX + 2],
        long_key[SWITCHBOARD_KEY_SIZE_MAX + 2];
    memset(long_id, 'i', sizeof long_id);
    memset(long_token, 't', sizeof long_token);
    memset(long_key, 'k', sizeof long_key);
    long_id[sizeof long_id - 1] = long_token[sizeof long_token - 1] = long_key[sizeof long_key - 1] = '\0';
    const struct board_arrival arrivals[] = {
        {.key = "", .id = "a", .token = "t"},           {.key = "peerjs", .id = "", .token = "t"},
        {.key = "peerjs", .id = "a", .token = ""},      {.key = long_key, .id = "a", .token = "t"},
        {.key = "peerjs", .id = long_id, .token = "t"}, {.key = "peerjs", .id = "a", .token = long_token},
        {.key = "peerjs", .id = "\xff", .token = "t"},
    };
    for (size_t i = 0; i < sizeof arrivals / sizeof arrivals[0]; i++) {
        struct switchboard_client *client = NULL;
        assert_int_equal(board_arrive(rig, &a_line, &arrivals[i], &client), SWITCHBOARD_INCOMPLETE);
        assert_string_equal(a_line.said, "{\"type\":\"ERROR\",\"payload\":{\"msg\":\"No id, token, or key supplied to "
                                         "websocket server\"}}\n");
    }
    assert_int_equal(board_counts(rig).refused[SWITCHBOARD_INCOMPLETE], 7);
    switchboard_free(rig->board);
}

static void wrong_key_is_refused_and_reserves_nothing(void **state) {
    RIG(4);
    struct switchboard_client *client;
    assert_int_equal(
        board_arrive(rig, &a_line, &(struct board_arrival){.key = "other", .id = "a", .token = "x"}, &client),
        SWITCHBOARD_WRONG_KEY);
    assert_string_equal(a_line.said, "{\"type\":\"ERROR\",\"payload\":{\"msg\":\"Invalid key provided\"}}\n");
    board_come(rig, &a_line, "a");
    switchboard_free(rig->board);
}

static void id_belongs_to_whoever_came_first(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a"), *b = board_come(rig, &b_line, "b");
    assert_int_equal(board_come_as(rig, &c_line, "a", "other"), SWITCHBOARD_ID_TAKEN);
    assert_string_equal(c_line.said, "{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}\n");
    board_say(rig, b, "{\"type\":\"OFFER\",\"dst\":\"a\"}");
    assert_int_equal(a_line.texts, 2);
    switchboard_gone(rig->board, a);
    assert_int_equal(board_come_as(rig, &c_line, "a", "other"), SWITCHBOARD_FINE);
    switchboard_free(rig->board);
}

static void same_token_takes_the_place_of_the_older_line(void **state) {
    RIG(2);
    board_come(rig, &a_line, "a");
    struct switchboard_client *b = board_come(rig, &b_line, "b"); /* full, and still: */
    board_come(rig, &c_line, "a");
    assert_true(a_line.is_hung_up && a_line.why == SWITCHBOARD_REPLACED);
    assert_string_equal(c_line.said, "{\"type\":\"OPEN\"}\n");
    board_say(rig, b, "{\"type\":\"OFFER\",\"dst\":\"a\"}");
    assert_int_equal(c_line.texts, 2);
    assert_int_equal(board_counts(rig).clients, 2);
    switchboard_free(rig->board);
}

static void full_server_refuses_newcomers(void **state) {
    RIG(2);
    struct switchboard_client *a = board_come(rig, &a_line, "a");
    board_come(rig, &b_line, "b");
    assert_int_equal(board_come_as(rig, &c_line, "c", "t"), SWITCHBOARD_FULL);
    assert_string_equal(
        c_line.said, "{\"type\":\"ERROR\",\"payload\":{\"msg\":\"Server has reached its concurrent user limit\"}}\n");
    switchboard_gone(rig->board, a);
    assert_int_equal(board_come_as(rig, &c_line, "c", "t"), SWITCHBOARD_FINE);
    assert_int_equal(board_counts(rig).clients_peak, 2);
    switchboard_free(rig->board);
}

static void one_address_gets_its_share_of_clients(void **state) {
    RIG(LIMIT_SIGNAL_CLIENTS_PER_ADDRESS + 8);
    struct switchboard_client *client, *first = NULL;
    for (size_t i = 0; i < LIMIT_SIGNAL_CLIENTS_PER_ADDRESS; i++) {
        assert_int_equal(board_come_from(rig, &a_line, i % 2 ? "2001:db8::1" : "2001:db8::2:1", i, &client),
                         SWITCHBOARD_FINE);
        if (first == NULL) first = client;
    }
    assert_int_equal(board_come_from(rig, &b_line, "2001:db8::3", 1000, &client), SWITCHBOARD_TOO_MANY);
    assert_string_equal(b_line.said,
                        "{\"type\":\"ERROR\",\"payload\":{\"msg\":\"Too many clients of this address\"}}\n");
    assert_int_equal(board_come_from(rig, &b_line, "2001:db8:0:1::3", 1001, &client), SWITCHBOARD_FINE);
    switchboard_gone(rig->board, first);
    assert_int_equal(board_come_from(rig, &b_line, "2001:db8::3", 1002, &client), SWITCHBOARD_FINE);
    switchboard_free(rig->board);
}

static void one_address_cannot_come_and_go_too_fast(void **state) {
    RIG(4);
    struct switchboard_client *client;
    for (size_t i = 0; i < LIMIT_SIGNAL_JOIN_BURST; i++) {
        assert_int_equal(board_come_from(rig, &a_line, "203.0.113.5", i, &client), SWITCHBOARD_FINE);
        switchboard_gone(rig->board, client);
    }
    assert_int_equal(board_come_from(rig, &a_line, "203.0.113.5", 0, &client), SWITCHBOARD_TOO_FAST);
    assert_non_null(strstr(a_line.said, "Too many connections from this address"));
    assert_int_equal(board_come_from(rig, &a_line, "203.0.113.6", 0, &client), SWITCHBOARD_FINE);
    board_pass(rig, LIMIT_SIGNAL_JOIN_MS);
    assert_int_equal(board_come_from(rig, &b_line, "203.0.113.5", 1, &client), SWITCHBOARD_FINE);
    switchboard_free(rig->board);
}

static void loopback_has_no_limit_of_its_own(void **state) {
    RIG(LIMIT_SIGNAL_CLIENTS_PER_ADDRESS + LIMIT_SIGNAL_JOIN_BURST);
    struct switchboard_client *client;
    for (size_t i = 0; i < LIMIT_SIGNAL_CLIENTS_PER_ADDRESS + LIMIT_SIGNAL_JOIN_BURST; i++)
        assert_int_equal(board_come_from(rig, &a_line, "127.0.0.1", i, &client), SWITCHBOARD_FINE);
    switchboard_free(rig->board);
}

/* More addresses than are remembered come and go: the oldest idle ones are forgotten, and nobody is refused. */
static void addresses_that_hold_nothing_are_forgotten(void **state) {
    RIG(2);
    struct switchboard_client *client;
    for (unsigned i = 0; i < 12000; i++) {
        char ip[32];
        (void)snprintf(ip, sizeof ip, "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
        assert_int_equal(board_come_from(rig, &a_line, ip, i, &client), SWITCHBOARD_FINE);
        switchboard_gone(rig->board, client);
    }
    switchboard_free(rig->board);
}

/* ---- A node's id ---- */

static struct signing_key key_of(uint8_t number) {
    struct signing_key key;
    uint8_t seed[32] = {number};
    sign_key_from_seed(&key, seed);
    return key;
}

static const char *node_text(const struct signing_key *key, char text[NODE_ID_TEXT_SIZE + 1]) {
    const struct public_key public_half = sign_public_key(key);
    const struct node_id id = node_id_of_key(&public_half);
    return node_id_text(&id, text);
}

static enum switchboard_verdict come_proven(struct board_rig *rig, struct board_line *line,
                                            const struct signing_key *key, const char *host, int64_t ago_ms) {
    char id[NODE_ID_TEXT_SIZE + 1], proof[SIGNAL_PROOF_SIZE_MAX];
    signal_proof_write(proof, key, span_of_text(host), WALL_MS + rig->now_ms - ago_ms);
    return board_come_as(rig, line, node_text(key, id), proof);
}

static void node_takes_its_id_with_a_proof(void **state) {
    RIG(4);
    const struct signing_key key = key_of(1);
    assert_int_equal(come_proven(rig, &a_line, &key, "signal.example", 0), SWITCHBOARD_FINE);
    assert_string_equal(a_line.said, "{\"type\":\"OPEN\"}\n");
    rig->now_ms++;
    assert_int_equal(come_proven(rig, &b_line, &key, "other.example", 0), SWITCHBOARD_FINE);
    assert_true(a_line.is_hung_up && a_line.why == SWITCHBOARD_REPLACED);
    assert_int_equal(board_counts(rig).clients, 1);
    switchboard_free(rig->board);
}

static void assert_unproven(const struct board_rig *rig, const struct board_line *line, enum refusal refusal) {
    assert_non_null(strstr(line->said, "{\"type\":\"ID-TAKEN\""));
    assert_non_null(strstr(line->said, refusal_name(refusal)));
    assert_true(board_counts(rig).proofs_refused[refusal] > 0);
}

static void node_id_without_its_proof_is_refused_by_name(void **state) {
    RIG(4);
    const struct signing_key key = key_of(1), other = key_of(2);
    char id[NODE_ID_TEXT_SIZE + 1], proof[SIGNAL_PROOF_SIZE_MAX];
    assert_int_equal(come_proven(rig, &a_line, &key, "signal.example", 0), SWITCHBOARD_FINE);
    assert_int_equal(board_come_as(rig, &b_line, node_text(&key, id), "token"), SWITCHBOARD_UNPROVEN);
    assert_unproven(rig, &b_line, REFUSAL_SIGNAL_PROOF_MALFORMED);
    signal_proof_write(proof, &other, SPAN_LITERAL("signal.example"), WALL_MS + rig->now_ms);
    assert_int_equal(board_come_as(rig, &b_line, id, proof), SWITCHBOARD_UNPROVEN);
    assert_unproven(rig, &b_line, REFUSAL_SIGNAL_PROOF_OTHER_KEY);
    assert_int_equal(come_proven(rig, &b_line, &key, "signal.example", 60001), SWITCHBOARD_UNPROVEN);
    assert_unproven(rig, &b_line, REFUSAL_SIGNAL_PROOF_OUT_OF_DATE);
    assert_int_equal(come_proven(rig, &b_line, &key, "evil.example", 0), SWITCHBOARD_UNPROVEN);
    assert_unproven(rig, &b_line, REFUSAL_SIGNAL_PROOF_SIGNATURE_INVALID);
    assert_false(a_line.is_hung_up);
    switchboard_free(rig->board);
}

static void proof_is_good_once(void **state) {
    RIG(4);
    const struct signing_key key = key_of(1);
    assert_int_equal(come_proven(rig, &a_line, &key, "signal.example", 0), SWITCHBOARD_FINE);
    assert_int_equal(come_proven(rig, &b_line, &key, "signal.example", 0), SWITCHBOARD_UNPROVEN);
    assert_unproven(rig, &b_line, REFUSAL_SIGNAL_PROOF_USED);
    assert_false(a_line.is_hung_up);
    board_pass(rig, 60000);
    assert_int_equal(come_proven(rig, &b_line, &key, "signal.example", 60000), SWITCHBOARD_UNPROVEN);
    assert_unproven(rig, &b_line, REFUSAL_SIGNAL_PROOF_USED);
    switchboard_free(rig->board);
}

static void blocked_node_is_refused_and_hung_up_on(void **state) {
    RIG(4);
    const struct signing_key key = key_of(1);
    const struct public_key public_half = sign_public_key(&key);
    board_come(rig, &b_line, "b");
    assert_int_equal(come_proven(rig, &a_line, &key, "signal.example", 0), SWITCHBOARD_FINE);
    switchboard_blocks_changed(rig->board);
    assert_false(a_line.is_hung_up);
    rig->blocked = node_id_of_key(&public_half);
    rig->has_block = true;
    switchboard_blocks_changed(rig->board);
    assert_true(a_line.is_hung_up && a_line.why == SWITCHBOARD_BLOCKED);
    assert_false(b_line.is_hung_up);
    rig->now_ms++;
    assert_int_equal(come_proven(rig, &a_line, &key, "signal.example", 0), SWITCHBOARD_BLOCKED);
    assert_string_equal(a_line.said, "{\"type\":\"ERROR\",\"payload\":{\"msg\":\"This node is blocked here\"}}\n");
    switchboard_free(rig->board);
}

/* ---- Passing on ---- */

static void message_is_passed_on_in_the_senders_name(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a");
    board_come(rig, &b_line, "b");
    board_come(rig, &c_line, "c");
    board_say(rig, a, "{\"type\":\"OFFER\",\"dst\":\"b\",\"src\":\"c\",\"extra\":1,\"payload\":{\"a\": 1}}");
    board_say(rig, a, "{\"type\":\"LEAVE\",\"dst\":\"b\"}");
    board_say(rig, a, "{\"type\":\"EXPIRE\",\"dst\":\"b\"}");
    assert_string_equal(b_line.said, "{\"type\":\"OPEN\"}\n"
                                     "{\"type\":\"OFFER\",\"src\":\"a\",\"dst\":\"b\",\"payload\":{\"a\": 1}}\n"
                                     "{\"type\":\"LEAVE\",\"src\":\"a\",\"dst\":\"b\"}\n"
                                     "{\"type\":\"EXPIRE\",\"src\":\"a\",\"dst\":\"b\"}\n");
    assert_int_equal(a_line.texts + c_line.texts, 2);
    board_say(rig, a, "{\"type\":\"ANSWER\",\"dst\":\"a\"}");
    assert_int_equal(a_line.texts, 2);
    assert_int_equal(board_counts(rig).relayed, 4);
    switchboard_free(rig->board);
}

static void what_is_not_to_be_passed_on_is_not(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a");
    board_come(rig, &b_line, "b");
    const char *const texts[] = {"",
                                 "not json",
                                 "{\"type\":\"OPEN\",\"dst\":\"b\"}",
                                 "{\"type\":\"ID-TAKEN\",\"dst\":\"b\"}",
                                 "{\"type\":\"ERROR\",\"dst\":\"b\"}",
                                 "{\"type\":\"INVALID-KEY\",\"dst\":\"b\"}",
                                 "{\"type\":\"BOGUS\",\"dst\":\"b\"}",
                                 "{\"dst\":\"b\"}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) board_say(rig, a, texts[i]);
    board_say(rig, a, "{\"type\":\"HEARTBEAT\",\"dst\":\"b\"}");
    board_say(rig, a, "{\"type\":\"OFFER\"}"); /* to nobody: nothing waits */
    assert_int_equal(b_line.texts, 1);
    assert_int_equal(board_counts(rig).ignored, sizeof texts / sizeof texts[0]);
    assert_int_equal(board_counts(rig).waiting, 0);
    assert_false(a_line.is_hung_up);
    switchboard_free(rig->board);
}

static void who_leaves_has_no_id_any_more(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a"), *b = board_come(rig, &b_line, "b");
    board_say(rig, a, "{\"type\":\"LEAVE\"}");
    assert_false(a_line.is_hung_up);
    board_say(rig, b, "{\"type\":\"OFFER\",\"dst\":\"a\"}");
    board_say(rig, a, "{\"type\":\"OFFER\",\"dst\":\"b\"}"); /* in whose name? */
    board_say(rig, a, "{\"type\":\"LEAVE\"}");
    assert_int_equal(a_line.texts, 1);
    assert_int_equal(b_line.texts, 1);
    assert_int_equal(board_come_as(rig, &c_line, "a", "other"), SWITCHBOARD_FINE);
    assert_int_equal(c_line.texts, 2);
    switchboard_gone(rig->board, a);
    board_say(rig, b, "{\"type\":\"OFFER\",\"dst\":\"a\"}");
    assert_int_equal(c_line.texts, 3);
    switchboard_free(rig->board);
}

static void line_that_takes_no_more_is_hung_up_on(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a");
    board_come(rig, &b_line, "b");
    b_line.takes_no_more = true;
    board_say(rig, a, "{\"type\":\"OFFER\",\"dst\":\"b\"}");
    assert_true(b_line.is_hung_up && b_line.why == SWITCHBOARD_SLOW);
    assert_string_equal(a_line.said, "{\"type\":\"OPEN\"}\n{\"type\":\"LEAVE\",\"src\":\"b\",\"dst\":\"a\"}\n");
    a_line.takes_no_more = true;
    board_say(rig, a, "{\"type\":\"OFFER\",\"dst\":\"a\"}");
    assert_true(a_line.is_hung_up && a_line.why == SWITCHBOARD_SLOW);
    assert_int_equal(board_counts(rig).clients, 0);
    switchboard_free(rig->board);
}

static void client_over_its_pace_is_not_passed_on_and_then_hung_up_on(void **state) {
    RIG(4);
    struct switchboard_client *client, *other;
    assert_int_equal(board_come_from(rig, &a_line, "203.0.113.5", 0, &client), SWITCHBOARD_FINE);
    assert_int_equal(board_come_from(rig, &b_line, "203.0.113.6", 1, &other), SWITCHBOARD_FINE);
    for (int i = 0; i < LIMIT_SIGNAL_MESSAGE_BURST + 10; i++)
        board_say(rig, client, "{\"type\":\"OFFER\",\"dst\":\"n1\"}");
    assert_int_equal(b_line.texts, 1 + LIMIT_SIGNAL_MESSAGE_BURST);
    assert_int_equal(board_counts(rig).ignored, 10);
    board_pass(rig, LIMIT_SIGNAL_MESSAGE_MS);
    board_say(rig, client, "{\"type\":\"OFFER\",\"dst\":\"n1\"}");
    assert_int_equal(b_line.texts, 2 + LIMIT_SIGNAL_MESSAGE_BURST);
    for (int i = 0; i < LIMIT_SIGNAL_FLOOD_BURST && !a_line.is_hung_up; i++) board_say(rig, client, "x");
    assert_true(a_line.is_hung_up && a_line.why == SWITCHBOARD_TOO_FAST);
    switchboard_free(rig->board);
}

/* ---- Time ---- */

static void only_heartbeats_keep_a_client(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a"), *b = board_come(rig, &b_line, "b");
    assert_int_equal(switchboard_next_ms(rig->board), rig->now_ms + LIMIT_SIGNAL_ALIVE_MS);
    board_pass(rig, LIMIT_SIGNAL_ALIVE_MS - 1);
    board_say(rig, a, "{\"type\":\"HEARTBEAT\"}");
    board_say(rig, b, "{\"type\":\"OFFER\",\"dst\":\"a\"}");
    board_pass(rig, 1);
    assert_true(b_line.is_hung_up && b_line.why == SWITCHBOARD_SILENT);
    assert_false(a_line.is_hung_up);
    assert_int_equal(board_come_as(rig, &c_line, "b", "other"), SWITCHBOARD_FINE);
    switchboard_free(rig->board);
}

static void newcomer_whose_line_takes_nothing_is_not_let_in(void **state) {
    RIG(4);
    struct switchboard_client *client = NULL;
    struct span why;
    const struct switchboard_hello hello = {
        .key = SPAN_LITERAL("peerjs"), .id = SPAN_LITERAL("a"), .token = SPAN_LITERAL("t"), .line = &a_line};
    a_line = (struct board_line){.takes_no_more = true};
    assert_int_equal(switchboard_join(rig->board, &hello, &client, &why, 0), SWITCHBOARD_SLOW);
    assert_null(client);
    assert_false(a_line.is_hung_up);
    assert_int_equal(board_counts(rig).clients, 0);
    switchboard_free(rig->board);
}

static void ids_are_listed(void **state) {
    RIG(4);
    size_t at = 0;
    struct span id;
    board_come(rig, &a_line, "a");
    struct switchboard_client *b = board_come(rig, &b_line, "b");
    board_come(rig, &c_line, "c");
    switchboard_gone(rig->board, b);
    assert_true(switchboard_next_id(rig->board, &at, &id) && span_equal_text(id, "a"));
    assert_true(switchboard_next_id(rig->board, &at, &id) && span_equal_text(id, "c"));
    assert_false(switchboard_next_id(rig->board, &at, &id));
    switchboard_free(rig->board);
}

static void each_verdict_has_its_name(void **state) {
    (void)state;
    for (int i = 0; i < SWITCHBOARD_VERDICT_COUNT; i++)
        assert_true(switchboard_verdict_name((enum switchboard_verdict)i)[0] != '\0');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newcomer_hears_open_and_nothing_else),
        cmocka_unit_test(incomplete_newcomer_is_refused),
        cmocka_unit_test(wrong_key_is_refused_and_reserves_nothing),
        cmocka_unit_test(id_belongs_to_whoever_came_first),
        cmocka_unit_test(same_token_takes_the_place_of_the_older_line),
        cmocka_unit_test(full_server_refuses_newcomers),
        cmocka_unit_test(one_address_gets_its_share_of_clients),
        cmocka_unit_test(one_address_cannot_come_and_go_too_fast),
        cmocka_unit_test(loopback_has_no_limit_of_its_own),
        cmocka_unit_test(addresses_that_hold_nothing_are_forgotten),
        cmocka_unit_test(node_takes_its_id_with_a_proof),
        cmocka_unit_test(node_id_without_its_proof_is_refused_by_name),
        cmocka_unit_test(proof_is_good_once),
        cmocka_unit_test(blocked_node_is_refused_and_hung_up_on),
        cmocka_unit_test(message_is_passed_on_in_the_senders_name),
        cmocka_unit_test(what_is_not_to_be_passed_on_is_not),
        cmocka_unit_test(who_leaves_has_no_id_any_more),
        cmocka_unit_test(line_that_takes_no_more_is_hung_up_on),
        cmocka_unit_test(client_over_its_pace_is_not_passed_on_and_then_hung_up_on),
        cmocka_unit_test(only_heartbeats_keep_a_client),
        cmocka_unit_test(newcomer_whose_line_takes_nothing_is_not_let_in),
        cmocka_unit_test(ids_are_listed),
        cmocka_unit_test(each_verdict_has_its_name),
    };
    return sign_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
