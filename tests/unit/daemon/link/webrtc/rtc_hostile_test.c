/* SPDX-License-Identifier: Apache-2.0 */
/* Another end, or a signaling server between, that does not mean well or is not there. */
#include "daemon/link/webrtc/rtc.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/prng.h"
#include "lib/rtc_pair.h"

static const struct rtc_peer_options SHORT = {.has_loopback = true, .open_ms = 1500};

static bool both_closed(struct rtc_pair *pair) {
    return strstr(pair->story, "a closed ") && strstr(pair->story, "b closed ");
}

static void swap_fingerprint(struct rtc_pair_end *end) {
    char *const at = strstr(end->sdp, "sha-256 ") + 8;
    at[0] = at[0] == 'A' ? 'B' : 'A';
}

static void offer_of_another_certificate_is_refused(void **state) {
    struct rtc_pair *const pair = *state;
    pair->a.on_described = swap_fingerprint;
    rtc_pair_meet(pair, NULL);
    rtc_pair_await_that(pair, both_closed);
    rtc_pair_assert_told(pair, "b closed fingerprint: its certificate is not the one it described");
    rtc_pair_assert_not_told(pair, "connected");
}

static void answer_of_another_certificate_is_refused(void **state) {
    struct rtc_pair *const pair = *state;
    pair->b.on_described = swap_fingerprint;
    rtc_pair_meet(pair, NULL);
    rtc_pair_await_that(pair, both_closed);
    rtc_pair_assert_told(pair, "a closed fingerprint: its certificate is not the one it described");
    rtc_pair_assert_not_told(pair, "a connected");
}

static void spoil_line(struct rtc_pair_end *end, const char *name) {
    char *const at = strstr(end->sdp, name);
    assert_non_null(at);
    at[0] = 'x';
    at[1] = '=';
}
static void spoil_fingerprint(struct rtc_pair_end *end) {
    spoil_line(end, "a=fingerprint");
}
static void spoil_credentials(struct rtc_pair_end *end) {
    spoil_line(end, "a=ice-pwd");
}
static void spoil_all(struct rtc_pair_end *end) {
    memset(end->sdp, 'A', 1000);
}
static void make_huge(struct rtc_pair_end *end) {
    const size_t size = strlen(end->sdp);
    memset(end->sdp + size, '\n', sizeof end->sdp - 1 - size);
    end->sdp[sizeof end->sdp - 1] = '\0';
}

static void descriptions_of_no_use_end_the_peer(void **state) {
    static void (*const spoils[])(struct rtc_pair_end * end) = {spoil_fingerprint, spoil_credentials, spoil_all,
                                                                make_huge};
    static const char *const reasons[] = {"sdp-fingerprint", "sdp-credentials", "sdp-syntax", "sdp-syntax"};
    struct rtc_pair *const pair = *state;
    for (size_t i = 0; i < sizeof spoils / sizeof spoils[0]; i++) {
        char told[96];
        pair->a.on_described = spoils[i];
        rtc_pair_meet(pair, &SHORT);
        (void)snprintf(told, sizeof told, "b closed description: its description is of no use: %s", reasons[i]);
        rtc_pair_await(pair, told);
        rtc_pair_await(pair, "a closed timeout: ");
        rtc_pair_forget(pair);
    }
}

static void an_offer_for_an_answer_ends_the_peer(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_meet(pair, &SHORT);
    pair->b.is_deaf = true;
    rtc_pair_await(pair, "a described");
    rtc_describe(pair->rtc, pair->a.peer, span_of_text(pair->a.sdp));
    rtc_pair_await(pair, "a closed description: it answered our offer with an offer");
}

static void descriptions_of_any_bytes_do_no_harm(void **state) {
    struct rtc_pair *const pair = *state;
    struct prng prng = prng_seeded(7);
    static uint8_t bytes[20000];
    for (size_t i = 0; i < 100; i++) {
        const struct rtc_peer_options options = {.has_loopback = true, .open_ms = 300};
        const uint32_t peer = rtc_open(pair->rtc, &options);
        assert_int_not_equal(peer, 0);
        pair->a.peer = peer;
        for (size_t j = 0; j < sizeof bytes; j++) bytes[j] = (uint8_t)prng_next(&prng);
        if (i % 2 == 0) memcpy(bytes, "v=0\r\n", 5);
        rtc_candidate(pair->rtc, peer, (struct span){bytes, i * 10});
        rtc_describe(pair->rtc, peer, (struct span){bytes, i * 200});
        rtc_pair_await(pair, "a closed description");
        rtc_pair_forget(pair);
    }
}

static void an_end_that_says_nothing_times_out(void **state) {
    struct rtc_pair *const pair = *state;
    pair->a.is_deaf = pair->b.is_deaf = true;
    rtc_pair_meet(pair, &SHORT);
    rtc_pair_await_that(pair, both_closed);
    rtc_pair_assert_told(pair, "a closed timeout: ");
    rtc_pair_assert_told(pair, "b closed timeout: ");
}

static void without_candidates_there_is_no_path(void **state) {
    struct rtc_pair *const pair = *state;
    pair->a.drops_candidates = pair->b.drops_candidates = true;
    rtc_pair_meet(pair, &SHORT);
    rtc_pair_await_that(pair, both_closed);
    rtc_pair_assert_told(pair, "a closed no-path: ");
    rtc_pair_assert_told(pair, "b closed no-path: ");
}

/* One end may be unreachable by name or by filter, as browsers are that hide their addresses; its checks reach us. */
static void one_way_candidates_are_enough(void **state) {
    struct rtc_pair *const pair = *state;
    pair->a.drops_candidates = true;
    rtc_pair_meet(pair, NULL);
    rtc_candidate(
        pair->rtc, pair->a.peer,
        SPAN_LITERAL("candidate:1 1 udp 2113937151 5c0bd6e1-4b5c-4d9a-9f0e-3f3c1f1e5a77.local 50000 typ host"));
    rtc_candidate(pair->rtc, pair->a.peer, SPAN_NONE);
    assert_int_not_equal(rtc_pair_channel(&pair->a, "x", false), 0);
    rtc_pair_await(pair, "a opened");
}

static void connected_without_a_channel_times_out(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_meet(pair, &SHORT);
    rtc_pair_await(pair, "a connected");
    rtc_pair_await(pair, "a closed ");
    rtc_pair_await(pair, "b closed ");
    assert_true(strstr(pair->story, "a closed timeout: ") || strstr(pair->story, "b closed timeout: "));
}

/* Far more than the cap of a peer, and each before the description: what is over is dropped, the rest serves. Fewer than
 * the 4096 commands that may wait, over which the description itself would be dropped. */
static void thousands_of_candidates_do_no_harm(void **state) {
    struct rtc_pair *const pair = *state;
    char text[128];
    rtc_pair_meet(pair, NULL);
    for (unsigned i = 0; i < 3000; i++) {
        (void)snprintf(text, sizeof text, "candidate:1 1 udp 1 127.%u.%u.1 9 typ host", i / 250 % 250, i % 250);
        rtc_candidate(pair->rtc, pair->b.peer, span_of_text(text));
    }
    assert_int_not_equal(rtc_pair_channel(&pair->a, "x", false), 0);
    rtc_pair_await(pair, "a opened"); /* a's own come too late for b, whose checks still reach a */
}

static void there_is_a_last_peer(void **state) {
    struct rtc_pair *const pair = *state;
    const struct rtc_peer_options options = {.has_loopback = true};
    uint32_t first = 0;
    for (size_t i = 0; i < RTC_PEERS_MAX; i++) {
        const uint32_t peer = rtc_open(pair->rtc, &options);
        assert_int_not_equal(peer, 0);
        if (first == 0) first = peer;
    }
    assert_int_equal(rtc_open(pair->rtc, &options), 0);
    pair->a.peer = first;
    rtc_close(pair->rtc, first);
    rtc_pair_await(pair, "a closed closed");
    assert_int_not_equal(rtc_open(pair->rtc, &options), 0);
}

static void there_is_a_last_channel(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_meet(pair, NULL);
    for (size_t i = 0; i < RTC_CHANNELS_MAX; i++) assert_int_not_equal(rtc_pair_channel(&pair->a, "x", false), 0);
    assert_int_equal(rtc_pair_channel(&pair->a, "x", false), 0);
    while (pair->b.opened_count < RTC_CHANNELS_MAX) rtc_pair_run(pair, 50);
    assert_int_not_equal(rtc_pair_channel(&pair->b, "y", false), 0);
    rtc_pair_await(pair, " y ");
}

static uint16_t loopback_port(const struct rtc_pair *pair, const char *who) {
    unsigned port = 0;
    for (const char *at = strstr(pair->story, who); at; at = strstr(at + 1, who)) {
        const char *const loopback = strstr(at, " 127.0.0.1 ");
        if (loopback && loopback < strchr(at, '\n') && sscanf(loopback, " 127.0.0.1 %u", &port) == 1) break;
    }
    return (uint16_t)port;
}

/* Whoever knows the port may throw things at it: shaped as STUN, as DTLS, as nothing. */
static void foreign_datagrams_do_no_harm(void **state) {
    struct rtc_pair *const pair = *state;
    struct prng prng = prng_seeded(11);
    uint8_t bytes[1500];
    rtc_pair_meet(pair, NULL);
    assert_int_not_equal(rtc_pair_channel(&pair->a, "x", false), 0);
    rtc_pair_await(pair, "b candidate");
    rtc_pair_await(pair, "a candidate");
    const uint16_t ports[] = {loopback_port(pair, "a candidate"), loopback_port(pair, "b candidate")};
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_true(fd >= 0);
    for (size_t i = 0; i < 4000; i++) {
        const struct sockaddr_in to = {
            .sin_family = AF_INET, .sin_port = htons(ports[i % 2]), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        const size_t size = prng_below(&prng, sizeof bytes);
        for (size_t j = 0; j < sizeof bytes; j++) bytes[j] = (uint8_t)prng_next(&prng);
        bytes[0] = (uint8_t)(i % 3 == 0 ? 22 : i % 3 == 1 ? 0 : bytes[0]);
        (void)sendto(fd, bytes, size, 0, (const struct sockaddr *)&to, sizeof to);
        if (i % 100 == 0) rtc_pair_run(pair, 5);
    }
    (void)close(fd);
    rtc_pair_await(pair, "a opened");
    rtc_pair_assert_not_told(pair, "closed");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(offer_of_another_certificate_is_refused, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(answer_of_another_certificate_is_refused, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(descriptions_of_no_use_end_the_peer, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(an_offer_for_an_answer_ends_the_peer, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(descriptions_of_any_bytes_do_no_harm, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(an_end_that_says_nothing_times_out, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(without_candidates_there_is_no_path, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(one_way_candidates_are_enough, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(connected_without_a_channel_times_out, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(thousands_of_candidates_do_no_harm, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(there_is_a_last_peer, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(there_is_a_last_channel, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(foreign_datagrams_do_no_harm, rtc_pair_open, rtc_pair_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
