/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/absent_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/board_rig.h"

/* What waits for ids that are not there, as the clients of a switchboard see it. */

static struct board_line a_line, b_line, c_line;

static void messages_wait_for_who_comes(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a"), *b = board_come(rig, &b_line, "b");
    board_say(rig, a, "{\"type\":\"OFFER\",\"dst\":\"c\",\"payload\":1}");
    board_say(rig, b, "{\"type\":\"ANSWER\",\"dst\":\"c\",\"payload\":2}");
    board_say(rig, a, "{\"type\":\"CANDIDATE\",\"dst\":\"c\",\"payload\":3}");
    board_pass(rig, LIMIT_SIGNAL_WAIT_MS - 1);
    board_come(rig, &c_line, "c");
    assert_string_equal(c_line.said, "{\"type\":\"OPEN\"}\n"
                                     "{\"type\":\"OFFER\",\"src\":\"a\",\"dst\":\"c\",\"payload\":1}\n"
                                     "{\"type\":\"ANSWER\",\"src\":\"b\",\"dst\":\"c\",\"payload\":2}\n"
                                     "{\"type\":\"CANDIDATE\",\"src\":\"a\",\"dst\":\"c\",\"payload\":3}\n");
    board_pass(rig, LIMIT_SIGNAL_WAIT_MS);
    assert_int_equal(a_line.texts + b_line.texts, 2);
    switchboard_free(rig->board);
}

static void each_sender_hears_once_that_nobody_came(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a"), *b = board_come(rig, &b_line, "b");
    board_say(rig, a, "{\"type\":\"OFFER\",\"dst\":\"c\"}");
    board_say(rig, b, "{\"type\":\"OFFER\",\"dst\":\"c\"}");
    board_pass(rig, 1000);
    board_say(rig, a, "{\"type\":\"CANDIDATE\",\"dst\":\"c\"}");
    board_say(rig, b, "{\"type\":\"LEAVE\",\"dst\":\"d\"}");
    board_say(rig, b, "{\"type\":\"EXPIRE\",\"dst\":\"d\"}");
    assert_int_equal(board_counts(rig).waiting, 3);
    board_pass(rig, 3999);
    assert_int_equal(a_line.texts + b_line.texts, 2);
    board_pass(rig, 1);
    assert_string_equal(a_line.said, "{\"type\":\"OPEN\"}\n{\"type\":\"EXPIRE\",\"src\":\"c\",\"dst\":\"a\"}\n");
    assert_string_equal(b_line.said, "{\"type\":\"OPEN\"}\n{\"type\":\"EXPIRE\",\"src\":\"c\",\"dst\":\"b\"}\n");
    board_come(rig, &c_line, "c");
    assert_int_equal(c_line.texts, 1);
    assert_int_equal(board_counts(rig).waiting, 0);
    switchboard_free(rig->board);
}

static void who_has_gone_hears_of_nothing(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a");
    board_say(rig, a, "{\"type\":\"OFFER\",\"dst\":\"c\"}");
    switchboard_gone(rig->board, a);
    board_pass(rig, LIMIT_SIGNAL_WAIT_MS);
    assert_int_equal(a_line.texts, 1);
    assert_int_equal(switchboard_next_ms(rig->board), INT64_MAX);
    switchboard_free(rig->board);
}

/* ---- What waits has its limits ---- */

static void one_absent_id_gets_its_share(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a");
    for (int i = 0; i < LIMIT_SIGNAL_WAITING_PER_ID; i++) board_say_to(rig, a, "c", 1);
    assert_int_equal(a_line.texts, 1);
    board_say_to(rig, a, "c", 1);
    assert_string_equal(a_line.said, "{\"type\":\"OPEN\"}\n{\"type\":\"EXPIRE\",\"src\":\"c\",\"dst\":\"a\"}\n");
    for (int i = 0; i < 4; i++) board_say_to(rig, a, "d", 60000);
    assert_int_equal(a_line.texts, 2);
    board_say_to(rig, a, "d", 60000);
    assert_int_equal(a_line.texts, 3);
    assert_int_equal(board_counts(rig).waiting, LIMIT_SIGNAL_WAITING_PER_ID + 4);
    switchboard_free(rig->board);
}

static void one_address_gets_its_share_of_what_waits(void **state) {
    RIG(4);
    struct switchboard_client *a, *b;
    char id[32];
    assert_int_equal(board_come_from(rig, &a_line, "203.0.113.5", 0, &a), SWITCHBOARD_FINE);
    assert_int_equal(board_come_from(rig, &b_line, "203.0.113.5", 1, &b), SWITCHBOARD_FINE);
    for (int i = 0; i < LIMIT_SIGNAL_WAITING_PER_ADDRESS; i++) {
        (void)snprintf(id, sizeof id, "absent%d", i);
        board_say_to(rig, i % 2 ? a : b, id, 1);
    }
    assert_int_equal(a_line.texts + b_line.texts, 2);
    board_say_to(rig, a, "another", 1);
    assert_int_equal(a_line.texts, 2);
    board_pass(rig, LIMIT_SIGNAL_WAIT_MS);
    a_line.texts = 0;
    for (int i = 0; i < 4; i++) {
        (void)snprintf(id, sizeof id, "large%d", i);
        board_say_to(rig, a, id, 65000);
    }
    assert_int_equal(a_line.texts, 0);
    board_say_to(rig, b, "another", 65000);
    assert_non_null(strstr(b_line.said, "{\"type\":\"EXPIRE\",\"src\":\"another\",\"dst\":\"n1\"}"));
    switchboard_gone(rig->board, a);
    switchboard_gone(rig->board, b);
    board_pass(rig, LIMIT_SIGNAL_WAIT_MS);
    switchboard_free(rig->board);
}

static void of_too_many_absent_ids_the_oldest_goes(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a");
    char id[32];
    for (int i = 0; i < LIMIT_SIGNAL_ABSENT_MAX; i++) {
        (void)snprintf(id, sizeof id, "absent%d", i);
        board_say_to(rig, a, id, 1);
    }
    assert_int_equal(a_line.texts, 1);
    board_say_to(rig, a, "another", 1);
    assert_string_equal(a_line.said, "{\"type\":\"OPEN\"}\n{\"type\":\"EXPIRE\",\"src\":\"absent0\",\"dst\":\"a\"}\n");
    assert_int_equal(board_counts(rig).waiting, LIMIT_SIGNAL_ABSENT_MAX);
    board_come(rig, &b_line, "another");
    assert_int_equal(b_line.texts, 2);
    switchboard_free(rig->board);
}

static void of_too_many_messages_the_oldest_go(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a");
    char id[32];
    for (int i = 0; i < LIMIT_SIGNAL_WAITING_MAX + 1; i++) {
        (void)snprintf(id, sizeof id, "absent%d", i / LIMIT_SIGNAL_WAITING_PER_ID);
        board_say_to(rig, a, id, 1);
    }
    assert_string_equal(a_line.said, "{\"type\":\"OPEN\"}\n{\"type\":\"EXPIRE\",\"src\":\"absent0\",\"dst\":\"a\"}\n");
    assert_true(board_counts(rig).waiting <= LIMIT_SIGNAL_WAITING_MAX);
    switchboard_free(rig->board);
}

static void of_too_many_bytes_the_oldest_go(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a");
    char id[32];
    int said = 0;
    for (; a_line.texts == 1 && said < 1000; said++) {
        (void)snprintf(id, sizeof id, "absent%d", said);
        board_say_to(rig, a, id, 65000);
    }
    assert_in_range(said, LIMIT_SIGNAL_WAITING_BYTES / 66000, LIMIT_SIGNAL_WAITING_BYTES / 65000 + 1);
    assert_non_null(strstr(a_line.said, "\"src\":\"absent0\""));
    board_pass(rig, LIMIT_SIGNAL_WAIT_MS);
    assert_int_equal(board_counts(rig).waiting, 0);
    switchboard_free(rig->board);
}

/* A sender whose line takes no more while room is made for its own message. */
static void sender_may_be_hung_up_on_while_room_is_made(void **state) {
    RIG(4);
    struct switchboard_client *a = board_come(rig, &a_line, "a");
    char id[32];
    for (int i = 0; i < LIMIT_SIGNAL_ABSENT_MAX; i++) {
        (void)snprintf(id, sizeof id, "absent%d", i);
        board_say_to(rig, a, id, 1);
    }
    a_line.takes_no_more = true;
    board_say_to(rig, a, "another", 1);
    assert_true(a_line.is_hung_up);
    board_pass(rig, LIMIT_SIGNAL_WAIT_MS);
    switchboard_free(rig->board);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_wait_for_who_comes),
        cmocka_unit_test(each_sender_hears_once_that_nobody_came),
        cmocka_unit_test(who_has_gone_hears_of_nothing),
        cmocka_unit_test(one_absent_id_gets_its_share),
        cmocka_unit_test(one_address_gets_its_share_of_what_waits),
        cmocka_unit_test(of_too_many_absent_ids_the_oldest_goes),
        cmocka_unit_test(of_too_many_messages_the_oldest_go),
        cmocka_unit_test(of_too_many_bytes_the_oldest_go),
        cmocka_unit_test(sender_may_be_hung_up_on_while_room_is_made),
    };
    return sign_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
