/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/log_topics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* `words` with commas between. */
static enum event_level least_of(const char *words, enum event_code code) {
    struct log_topics topics = {{0}};
    char word[32], why[256];
    while (sscanf(words, "%31[^,]", word) == 1) {
        assert_true(log_topics_take(word, &topics, why, sizeof why));
        words += strlen(word) + (words[strlen(word)] == ',');
    }
    return log_topics_least(&topics, code, EVENT_LEVEL_INFO);
}

static void topic_is_the_source_of_an_event(void **state) {
    (void)state;
    assert_int_equal(least_of("", EVENT_LINK_OPEN), EVENT_LEVEL_INFO);
    assert_int_equal(least_of("link", EVENT_LINK_OPEN), EVENT_LEVEL_DEBUG);
    assert_int_equal(least_of("link", EVENT_STORE_FAILED), EVENT_LEVEL_INFO);
    assert_int_equal(least_of("rendezvous,-link", EVENT_LINK_OPEN), EVENT_LEVEL_WARN);
    assert_int_equal(least_of("rendezvous,-link", EVENT_BEACON_SUCCESS), EVENT_LEVEL_DEBUG);
}

static void what_is_said_last_counts_and_all_is_every_topic(void **state) {
    (void)state;
    assert_int_equal(least_of("all,-link", EVENT_LINK_OPEN), EVENT_LEVEL_WARN);
    assert_int_equal(least_of("all,-link", EVENT_STORE_FAILED), EVENT_LEVEL_DEBUG);
    assert_int_equal(least_of("-link,all", EVENT_LINK_OPEN), EVENT_LEVEL_DEBUG);
    assert_int_equal(least_of("-all", EVENT_STORE_FAILED), EVENT_LEVEL_WARN);
}

static void quiet_topic_is_never_louder_than_the_rest(void **state) {
    (void)state;
    struct log_topics topics = {{0}};
    char why[256];
    assert_true(log_topics_take("-link", &topics, why, sizeof why));
    assert_int_equal(log_topics_least(&topics, EVENT_LINK_OPEN, EVENT_LEVEL_ERROR), EVENT_LEVEL_ERROR);
}

static void word_that_is_no_topic_is_told_with_those_that_are(void **state) {
    (void)state;
    static const char *const wrong[] = {"tls", "", "-", "--link", "link ", "Link"};
    struct log_topics topics = {{LOG_WISH_QUIET}};
    char why[256];
    assert_false(log_topics_take("-tls", &topics, why, sizeof why));
    assert_non_null(strstr(why, "\"tls\" is no topic of the log; there are all, manager, rendezvous, link, "));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(log_topics_take(wrong[i], &topics, why, sizeof why));
    assert_int_equal(topics.wishes[0], LOG_WISH_QUIET); /* as it was */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topic_is_the_source_of_an_event),
        cmocka_unit_test(what_is_said_last_counts_and_all_is_every_topic),
        cmocka_unit_test(quiet_topic_is_never_louder_than_the_rest),
        cmocka_unit_test(word_that_is_no_topic_is_told_with_those_that_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
