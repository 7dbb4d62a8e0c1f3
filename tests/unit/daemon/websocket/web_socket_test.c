/* SPDX-License-Identifier: Apache-2.0 */
/* The server's end of a WebSocket: messages however they are cut, pings, closes from either side, and everything that a
 * client may not do. */
#include "web_socket_fixture.h"

#include <stdlib.h>

/* ---- Beginnings ---- */

static void assert_not_wanted(struct fixture *f, const char *request) {
    assert_has(fixture_answer(f, request), "HTTP/1.1 426 ");
    assert_null(talk.socket);
}

static void a_request_without_what_the_upgrade_needs_is_none(void **state) {
    struct fixture *f = *state;
    static const char *const lines[] = {
        /* no upgrade, or to something else */
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n",
        "Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n",
        /* not of this connection */
        "Upgrade: websocket\r\nConnection: keep-alive\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n",
        /* another version, or none */
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 8\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        /* no key, one of 15 bytes, one of 17, one that is no base64 */
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n"
        "Sec-WebSocket-Version: 13\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQE=\r\n"
        "Sec-WebSocket-Version: 13\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!!==\r\n"
        "Sec-WebSocket-Version: 13\r\n",
    };
    socket_serve(f);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char request[512];
        (void)snprintf(request, sizeof request, "GET /socket HTTP/1.1\r\nHost: node\r\n%s\r\n", lines[i]);
        assert_not_wanted(f, request);
    }
    assert_not_wanted(f, "GET /socket HTTP/1.0\r\n" UPGRADE_LINES);
    assert_not_wanted(f, "POST /socket HTTP/1.1\r\n" UPGRADE_LINES);
}

static void two_keys_are_two_opinions(void **state) {
    struct fixture *f = *state;
    socket_serve(f);
    assert_has(
        fixture_answer(f, "GET /socket HTTP/1.1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" UPGRADE_LINES),
        "HTTP/1.1 400 ");
}

/* ---- Messages ---- */

static void a_text_comes_and_one_goes(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    talk.echoes = true;
    frame_send(peer, &(struct frame){.first = 0x81, .payload = SPAN_LITERAL("Hello")});
    f->wanted = 7;
    fixture_run(f, last_peer_got);
    assert_int_equal(talk.kind, WEB_SOCKET_TEXT);
    assert_memory_equal(talk.bytes, "Hello", 5);
    assert_got(peer, "\x81\x05Hello", 7); /* RFC 6455, 5.7 */
}

static void bytes_and_nothing_at_all_are_messages_too(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    talk.echoes = true;
    frame_send(peer, &(struct frame){.first = 0x82, .payload = SPAN_LITERAL("\xff\x00\xfe")});
    frame_send(peer, &(struct frame){.first = 0x82});
    frame_send(peer, &(struct frame){.first = 0x81});
    f->wanted = 9;
    fixture_run(f, last_peer_got);
    assert_int_equal(talk.message_count, 3);
    assert_got(peer, "\x82\x03\xff\x00\xfe\x82\x00\x81\x00", 9);
}

static void a_message_in_fragments_with_a_ping_between_is_one(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    frame_send(peer, &(struct frame){.first = 0x01, .payload = SPAN_LITERAL("Gr\xc3")}); /* in the midst of a letter */
    frame_send(peer, &(struct frame){.first = 0x89, .payload = SPAN_LITERAL("are you there")});
    frame_send(peer, &(struct frame){.first = 0x00});
    frame_send(peer, &(struct frame){.first = 0x80,
                                     .payload = SPAN_LITERAL("\xbc\xc3\x9f"
                                                             "e")});
    f->wanted = 1;
    fixture_run(f, has_messages);
    assert_int_equal(talk.size, 7);
    assert_memory_equal(talk.bytes,
                        "Gr\xc3\xbc\xc3\x9f"
                        "e",
                        7);
    f->wanted = 15;
    fixture_run(f, last_peer_got);
    assert_got(peer,
               "\x8a\x0d"
               "are you there",
               15);
}

static void a_pong_that_nobody_asked_for_is_nothing(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    frame_send(peer, &(struct frame){.first = 0x8a, .payload = SPAN_LITERAL("beat")});
    frame_send(peer, &(struct frame){.first = 0x81, .payload = SPAN_LITERAL("x")});
    f->wanted = 1;
    fixture_run(f, has_messages);
    assert_int_equal(peer->size, 0);
}

/* Each length around a change of form, and each cut of it, byte by byte. */
static void messages_of_any_length_arrive_however_they_are_cut(void **state) {
    static const size_t sizes[] = {1, 124, 125, 126, 127, 4081, 4082, 4096, 8200, 65535, 65536, MESSAGE_MAX};
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    const size_t count = sizeof sizes / sizeof sizes[0];
    uint8_t *payload = malloc(MESSAGE_MAX);
    assert_non_null(payload);
    for (size_t i = 0; i < MESSAGE_MAX; i++) payload[i] = (uint8_t)(i * 31 + i / 251);
    for (size_t i = 0; i < count * 3; i++) {
        const struct frame frame = {.first = 0x82, .payload = {payload, sizes[i % count]}};
        const size_t size = frame_make(&frame), step = i / count == 0 ? size : i / count == 1 ? 4093 : 7;
        if (step == 7 && size > 20000) continue;
        for (size_t at = 0; at < size; at += step) {
            const size_t part = size - at < step ? size - at : step;
            assert_int_equal(send(peer->fd, frame_bytes + at, part, MSG_NOSIGNAL), (ssize_t)part);
        }
        f->wanted = talk.message_count + 1;
        fixture_run(f, has_messages);
        assert_int_equal(talk.size, sizes[i % count]);
        assert_memory_equal(talk.bytes, payload, talk.size);
    }
    free(payload);
}

static void frames_are_sent_in_their_shortest_form(void **state) {
    static const size_t sizes[] = {125, 126, 65535, 65536};
    static const size_t head_sizes[] = {2, 4, 4, 10};
    static const uint8_t heads[][10] = {
        {0x82, 125}, {0x82, 126, 0, 126}, {0x82, 126, 0xff, 0xff}, {0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}};
    struct fixture *f = *state;
    struct peer *peer = socket_open(f);
    for (size_t i = 0; i < 4; i++) {
        peer->size = 0;
        assert_true(web_socket_send(talk.socket, WEB_SOCKET_BINARY, (struct span){f->big, sizes[i]}));
        f->wanted = head_sizes[i] + sizes[i];
        fixture_run(f, last_peer_got);
        assert_int_equal(peer->size, f->wanted);
        assert_memory_equal(peer->got, heads[i], head_sizes[i]);
        assert_memory_equal(peer->got + head_sizes[i], f->big, sizes[i]);
    }
}

/* ---- Room ---- */

static void what_does_not_fit_is_not_sent_and_its_end_is_told(void **state) {
    struct fixture *f = *state;
    struct peer *peer = socket_open(f);
    const struct span part = {f->big, 60000};
    size_t sent = 0;
    peer->is_slow = true;
    while (web_socket_send(talk.socket, WEB_SOCKET_BINARY, part)) sent += part.size + 4;
    assert_true(web_socket_waiting(talk.socket) <= SOCKET_WAITING_MAX + 300);
    assert_true(web_socket_waiting(talk.socket) > SOCKET_WAITING_MAX - part.size - 300);
    peer->is_slow = false;
    f->wanted = 1;
    fixture_run(f, socket_is_drained);
    f->wanted = sent;
    fixture_run(f, last_peer_got);
    assert_int_equal(peer->size, sent);
    assert_false(web_socket_send(talk.socket, WEB_SOCKET_BINARY, (struct span){f->big, SOCKET_WAITING_MAX + 1}));
}

static void a_reader_that_takes_nothing_is_given_up(void **state) {
    struct fixture *f = *state;
    struct peer *peer = socket_open(f);
    peer->is_slow = true;
    while (web_socket_send(talk.socket, WEB_SOCKET_BINARY, (struct span){f->big, 60000})) {
    }
    fixture_run(f, is_closed);
    assert_int_equal(talk.code, WEB_SOCKET_ABNORMAL);
}

/* ---- Closes ---- */

static void a_close_is_answered_with_its_code(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    frame_send(peer, &(struct frame){.first = 0x88,
                                     .payload = SPAN_LITERAL("\x0b\xb8"
                                                             "bye")});
    fixture_run(f, is_closed);
    assert_int_equal(talk.code, 3000);
    fixture_run(f, last_peer_ended);
    assert_got(peer, "\x88\x02\x0b\xb8", 4);
    assert_int_equal(f->gone_count, 0);
}

static void a_close_without_a_code_is_answered_without_one(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    frame_send(peer, &(struct frame){.first = 0x88});
    fixture_run(f, last_peer_ended);
    assert_int_equal(talk.code, WEB_SOCKET_NO_CODE);
    assert_got(peer, "\x88\x00", 2);
}

static void a_close_of_ours_waits_for_theirs_and_what_waits_leaves_first(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    assert_true(web_socket_send(talk.socket, WEB_SOCKET_TEXT, SPAN_LITERAL("last")));
    web_socket_close(talk.socket, WEB_SOCKET_GOING_AWAY);
    web_socket_close(talk.socket, WEB_SOCKET_POLICY); /* the first counts */
    assert_false(web_socket_send(talk.socket, WEB_SOCKET_TEXT, SPAN_LITERAL("too late")));
    f->wanted = 10;
    fixture_run(f, last_peer_got);
    assert_got(peer, "\x81\x04last\x88\x02\x03\xe9", 10);
    frame_send(peer, &(struct frame){.first = 0x81, .payload = SPAN_LITERAL("crossed it")});
    assert_int_equal(talk.closed_count, 0);
    frame_send(peer, &(struct frame){.first = 0x88, .payload = SPAN_LITERAL("\x03\xe9")});
    fixture_run(f, is_closed);
    assert_int_equal(talk.code, WEB_SOCKET_GOING_AWAY);
    assert_int_equal(talk.message_count, 0);
    fixture_run(f, last_peer_ended);
    assert_int_equal(peer->size, 10);
}

static void a_close_that_is_not_answered_ends_all_the_same(void **state) {
    struct fixture *f = *state;
    (void)socket_open(f);
    const int64_t begun_ms = loop_now_ms(f->loop);
    web_socket_close(talk.socket, WEB_SOCKET_NORMAL);
    fixture_run(f, is_closed);
    assert_int_equal(talk.code, WEB_SOCKET_NORMAL);
    assert_in_range(loop_now_ms(f->loop) - begun_ms, 1900, 4000);
    fixture_run(f, last_peer_ended);
}

static void a_close_from_within_a_message_is_the_last_thing_told(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    talk.closes = true;
    frame_send(peer, &(struct frame){.first = 0x81, .payload = SPAN_LITERAL("one")});
    frame_send(peer, &(struct frame){.first = 0x81, .payload = SPAN_LITERAL("two")});
    frame_send(peer, &(struct frame){.first = 0x88, .payload = SPAN_LITERAL("\x03\xf0")});
    fixture_run(f, is_closed);
    assert_int_equal(talk.message_count, 1);
    assert_int_equal(talk.code, WEB_SOCKET_POLICY);
}

static void a_drop_from_within_a_message_says_nothing(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    talk.drops = true;
    frame_send(peer, &(struct frame){.first = 0x01, .payload = SPAN_LITERAL("begun")});
    frame_send(peer, &(struct frame){.first = 0x80, .payload = SPAN_LITERAL(" and ended")});
    fixture_run(f, last_peer_ended);
    assert_int_equal(talk.message_count, 1);
    assert_int_equal(talk.closed_count, 0);
    assert_int_equal(peer->size, 0);
    assert_int_equal(http_server_counts(f->server).connections, 0);
}

static void a_peer_that_goes_without_a_close_is_told(void **state) {
    struct fixture *f = *state;
    peer_close(socket_open(f));
    fixture_run(f, is_closed);
    assert_int_equal(talk.code, WEB_SOCKET_ABNORMAL);
    assert_int_equal(f->gone_count, 1);
}

static void a_peer_that_ends_its_side_in_the_midst_of_a_frame_is_told(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    const size_t size = frame_make(&(struct frame){.first = 0x81, .payload = SPAN_LITERAL("half of this")});
    assert_int_equal(send(peer->fd, frame_bytes, size - 4, MSG_NOSIGNAL), (ssize_t)size - 4);
    assert_int_equal(shutdown(peer->fd, SHUT_WR), 0);
    fixture_run(f, is_closed);
    assert_int_equal(talk.code, WEB_SOCKET_ABNORMAL);
    assert_int_equal(talk.message_count, 0);
}

static void a_server_that_ends_ends_its_sockets(void **state) {
    struct fixture *f = *state;
    (void)socket_open(f);
    assert_true(web_socket_send(talk.socket, WEB_SOCKET_TEXT, SPAN_LITERAL("unsent")));
    web_socket_close(talk.socket, WEB_SOCKET_GOING_AWAY);
    http_server_free(f->server);
    f->server = NULL;
    assert_int_equal(talk.closed_count, 1);
    assert_int_equal(talk.code, WEB_SOCKET_GOING_AWAY);
}

/* ---- What a client may not do ---- */

static void assert_refused(struct fixture *f, const struct frame *first, const struct frame *second, int code) {
    struct peer *peer = socket_open(f);
    const uint8_t close_frame[] = {0x88, 2, (uint8_t)(code >> 8), (uint8_t)code};
    talk.closed_count = talk.message_count = 0;
    frame_send(peer, first);
    if (second != NULL) frame_send(peer, second);
    fixture_run(f, is_closed);
    assert_int_equal(talk.code, code);
    assert_int_equal(talk.message_count, 0);
    fixture_run(f, last_peer_ended);
    assert_got(peer, close_frame, sizeof close_frame);
}

static void frames_that_rfc_6455_does_not_have_are_refused(void **state) {
    struct fixture *f = *state;
    static const struct frame frames[] = {
        {.first = 0xc1, .payload = {(const uint8_t *)"x", 1}},                   /* RSV1 */
        {.first = 0xa1, .payload = {(const uint8_t *)"x", 1}},                   /* RSV2 */
        {.first = 0x91, .payload = {(const uint8_t *)"x", 1}},                   /* RSV3 */
        {.first = 0x83, .payload = {(const uint8_t *)"x", 1}},                   /* a kind of data that is not there */
        {.first = 0x8b},                                                         /* a kind of control that is not */
        {.first = 0x81, .is_bare = true, .payload = {(const uint8_t *)"x", 1}},  /* not masked */
        {.first = 0x81, .length_form = 2, .payload = {(const uint8_t *)"x", 1}}, /* a length longer than it must be */
        {.first = 0x81, .length_form = 8, .payload = {(const uint8_t *)"x", 1}},
        {.first = 0x80, .payload = {(const uint8_t *)"x", 1}}, /* goes on with nothing */
        {.first = 0x00, .payload = {(const uint8_t *)"x", 1}},
        {.first = 0x09},                                              /* a ping in fragments */
        {.first = 0x88, .payload = {(const uint8_t *)"\x03", 1}},     /* half a code */
        {.first = 0x88, .payload = {(const uint8_t *)"\x03\xed", 2}}, /* 1005 */
        {.first = 0x88, .payload = {(const uint8_t *)"\x03\xe7", 2}}, /* 999 */
        {.first = 0x88, .payload = {(const uint8_t *)"\x13\x88", 2}}, /* 5000 */
    };
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++)
        assert_refused(f, &frames[i], NULL, WEB_SOCKET_PROTOCOL);
}

static void a_ping_of_126_bytes_is_refused(void **state) {
    assert_refused(*state, &(struct frame){.first = 0x89, .payload = {((struct fixture *)*state)->big, 126}}, NULL,
                   WEB_SOCKET_PROTOCOL);
}

static void a_message_within_another_is_refused(void **state) {
    assert_refused(*state, &(struct frame){.first = 0x01, .payload = SPAN_LITERAL("a")},
                   &(struct frame){.first = 0x81, .payload = SPAN_LITERAL("b")}, WEB_SOCKET_PROTOCOL);
}

static void text_that_is_not_utf_8_is_refused(void **state) {
    struct fixture *f = *state;
    assert_refused(f, &(struct frame){.first = 0x81, .payload = SPAN_LITERAL("\xc3(")}, NULL, WEB_SOCKET_BAD_TEXT);
    assert_refused(f, &(struct frame){.first = 0x81, .payload = SPAN_LITERAL("\xed\xa0\x80")}, NULL,
                   WEB_SOCKET_BAD_TEXT);
    assert_refused(f, &(struct frame){.first = 0x01, .payload = SPAN_LITERAL("\xe2\x82")},
                   &(struct frame){.first = 0x80, .payload = SPAN_LITERAL(" ")}, WEB_SOCKET_BAD_TEXT);
    assert_refused(f, &(struct frame){.first = 0x88, .payload = SPAN_LITERAL("\x03\xe8\xff")}, NULL,
                   WEB_SOCKET_BAD_TEXT);
}

static void a_message_over_its_limit_is_refused(void **state) {
    struct fixture *f = *state;
    const struct span half = {f->big, MESSAGE_MAX / 2}, more = {f->big, MESSAGE_MAX / 2 + 1};
    assert_refused(f, &(struct frame){.first = 0x82, .payload = {f->big, MESSAGE_MAX + 1}}, NULL, WEB_SOCKET_TOO_LARGE);
    assert_refused(f, &(struct frame){.first = 0x02, .payload = half}, &(struct frame){.first = 0x80, .payload = more},
                   WEB_SOCKET_TOO_LARGE);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_request_without_what_the_upgrade_needs_is_none),
        TEST(two_keys_are_two_opinions),
        TEST(a_text_comes_and_one_goes),
        TEST(bytes_and_nothing_at_all_are_messages_too),
        TEST(a_message_in_fragments_with_a_ping_between_is_one),
        TEST(a_pong_that_nobody_asked_for_is_nothing),
        TEST(messages_of_any_length_arrive_however_they_are_cut),
        TEST(frames_are_sent_in_their_shortest_form),
        TEST(what_does_not_fit_is_not_sent_and_its_end_is_told),
        TEST(a_reader_that_takes_nothing_is_given_up),
        TEST(a_close_is_answered_with_its_code),
        TEST(a_close_without_a_code_is_answered_without_one),
        TEST(a_close_of_ours_waits_for_theirs_and_what_waits_leaves_first),
        TEST(a_close_that_is_not_answered_ends_all_the_same),
        TEST(a_close_from_within_a_message_is_the_last_thing_told),
        TEST(a_drop_from_within_a_message_says_nothing),
        TEST(a_peer_that_goes_without_a_close_is_told),
        TEST(a_peer_that_ends_its_side_in_the_midst_of_a_frame_is_told),
        TEST(a_server_that_ends_ends_its_sockets),
        TEST(frames_that_rfc_6455_does_not_have_are_refused),
        TEST(a_ping_of_126_bytes_is_refused),
        TEST(a_message_within_another_is_refused),
        TEST(text_that_is_not_utf_8_is_refused),
        TEST(a_message_over_its_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
