/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/observe/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *sentence_of(const struct event *event) {
    static char text[512];
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    event_write_sentence(&out, event);
    assert_false(out.overflowed);
    text[out.size] = '\0';
    return text;
}

static struct event event_with_everything(enum event_code code) {
    struct event event = {.code = (uint16_t)code, .reason = REASON_TIMEOUT, .has_peer = true, .has_address = true};
    for (uint8_t i = 0; i < NODE_ID_SIZE; i++) event.peer.bytes[i] = i;
    assert_true(address_read(SPAN_LITERAL("203.0.113.5:8782"), &event.address));
    event.figures[0] = 12;
    event.figures[1] = 34;
    event_set_text(&event, "words");
    return event;
}

static bool is_kebab(const char *code) {
    for (const char *at = code; *at != '\0'; at++) {
        if ((*at < 'a' || *at > 'z') && (*at < '0' || *at > '9') && *at != '-') return false;
    }
    return code[0] != '\0' && code[0] != '-' && code[strlen(code) - 1] != '-';
}

static void every_event_has_a_code_and_a_sentence(void **state) {
    (void)state;
    for (int code = 0; code < EVENT_COUNT; code++) {
        struct event event = event_with_everything((enum event_code)code);
        const char *sentence = sentence_of(&event);
        assert_true(is_kebab(event_name((enum event_code)code)));
        assert_true(strlen(sentence) > 3);
        assert_null(strpbrk(sentence, "{}")); /* each name in braces is one that the writer knows */
        assert_non_null(event_level_name(event_level((enum event_code)code)));
        for (int other = 0; other < code; other++) {
            assert_string_not_equal(event_name((enum event_code)code), event_name((enum event_code)other));
        }
    }
}

static void one_is_one_and_two_are_two(void **state) {
    (void)state;
    struct event event = event_with_everything(EVENT_HARVEST_START);
    event.figures[0] = 1;
    assert_string_equal(sentence_of(&event), "asking 1 source for peers");
    event.figures[0] = 0;
    assert_string_equal(sentence_of(&event), "asking 0 sources for peers");
    event.code = EVENT_ADDRESSES_CHANGED;
    assert_string_equal(sentence_of(&event), "peers can now dial us at 0 addresses");
    event.figures[0] = 1;
    assert_string_equal(sentence_of(&event), "peers can now dial us at 1 address");
}

static void a_sentence_says_its_fields(void **state) {
    (void)state;
    struct event event = event_with_everything(EVENT_LINK_REFUSED);
    const char *sentence = sentence_of(&event);
    char id[16];
    assert_non_null(strstr(sentence, node_id_short(&event.peer, id)));
    assert_non_null(strstr(sentence, "203.0.113.5:8782"));
    assert_non_null(strstr(sentence, "timeout"));
    assert_non_null(strstr(sentence, "words"));
}

static void what_is_not_known_is_said_so(void **state) {
    (void)state;
    struct event event = {.code = EVENT_CONNECT_FAILED};
    assert_non_null(strstr(sentence_of(&event), "a node at an unknown address"));
}

static void members_are_those_of_the_table(void **state) {
    (void)state;
    struct event event = event_with_everything(EVENT_BEACON_TIMEOUT);
    char text[1024];
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    struct json_writer w = json_writer_into(&out);
    event.has_peer = event.has_address = false;
    event.reason = REASON_NONE;
    json_open_object(&w, NULL);
    event_write_members(&w, &event);
    json_close_object(&w);
    assert_false(out.overflowed);
    text[out.size] = '\0';
    assert_string_equal(text, "{\"level\":\"warn\",\"source\":\"rendezvous\",\"code\":\"beacon-fetch-timeout\","
                              "\"message\":\"words: no answer within 12 ms\","
                              "\"context\":{\"timeoutMs\":12,\"failureStreak\":34,\"url\":\"words\"}}");
}

static void optional_fields_stand_in_the_context(void **state) {
    (void)state;
    struct event event = event_with_everything(EVENT_LINK_CLOSED);
    char text[1024];
    char id[NODE_ID_TEXT_SIZE + 1];
    char expected[256];
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    event_write_members(&w, &event);
    json_close_object(&w);
    text[out.size] = '\0';
    (void)snprintf(expected, sizeof expected,
                   "\"context\":{\"nodeId\":\"%s\",\"address\":\"203.0.113.5:8782\",\"reason\":\"timeout\","
                   "\"openMs\":12,\"by\":\"words\"}}",
                   node_id_text(&event.peer, id));
    assert_non_null(strstr(text, expected));
}

static void strangers_bytes_do_not_reach_a_terminal(void **state) {
    (void)state;
    struct event event = event_with_everything(EVENT_CONNECT_FAILED);
    event_set_text(&event, "\x1b[31mred\x07\n\x7f");
    const char *sentence = sentence_of(&event);
    for (const char *at = sentence; *at != '\0'; at++) assert_true((uint8_t)*at >= 0x20 && *at != 0x7f);
    assert_non_null(strstr(sentence, "?[31mred???"));
}

static void a_long_text_is_cut_at_a_whole_character(void **state) {
    (void)state;
    struct event event = {0};
    char text[EVENT_TEXT_MAX + 8];
    memset(text, 'x', sizeof text);
    memcpy(text + EVENT_TEXT_MAX - 1, "\xe2\x82\xac", 4); /* a euro sign that begins one byte too late */
    event_set_text(&event, text);
    assert_int_equal(strlen(event.text), EVENT_TEXT_MAX - 1);
    memcpy(text + EVENT_TEXT_MAX - 3, "\xe2\x82\xac", 4);
    event_set_text(&event, text);
    assert_int_equal(strlen(event.text), EVENT_TEXT_MAX);
}

static void what_a_disk_says_keeps_its_beginning_and_its_end(void **state) {
    (void)state;
    struct event event = {0};
    char text[400];
    event_set_trouble(&event, "cannot open it: no");
    assert_string_equal(event.text, "cannot open it: no");
    for (size_t i = 0; i < 3; i++) { /* wherever a euro sign begins */
        memset(text, 'x', sizeof text);
        for (size_t at = i; at + 3 < sizeof text; at += 3) memcpy(text + at, "\xe2\x82\xac", 3);
        memcpy(text, "cannot write ", 13);
        (void)snprintf(text + 300, sizeof text - 300, ": the disk is full; make room");
        event_set_trouble(&event, text);
        assert_true(strlen(event.text) <= EVENT_TEXT_MAX && strlen(event.text) > EVENT_TEXT_MAX - 6);
        assert_memory_equal(event.text, "cannot write ", 13);
        assert_non_null(strstr(event.text, "..."));
        assert_non_null(strstr(event.text, ": the disk is full; make room"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_a_code_and_a_sentence),
        cmocka_unit_test(a_sentence_says_its_fields),
        cmocka_unit_test(one_is_one_and_two_are_two),
        cmocka_unit_test(what_is_not_known_is_said_so),
        cmocka_unit_test(members_are_those_of_the_table),
        cmocka_unit_test(optional_fields_stand_in_the_context),
        cmocka_unit_test(strangers_bytes_do_not_reach_a_terminal),
        cmocka_unit_test(what_a_disk_says_keeps_its_beginning_and_its_end),
        cmocka_unit_test(a_long_text_is_cut_at_a_whole_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
