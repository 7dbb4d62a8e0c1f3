/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/rtc_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/loop/clock.h"

enum { GUARD_MS = 40000, FREE_MS_MAX = 2500 /* two seconds are promised; the machine may be busy */ };

static void tell(struct rtc_pair_end *end, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void look(struct rtc_pair *pair) {
    if (pair->awaited && strstr(pair->story, pair->awaited)) loop_stop(pair->loop);
    if (pair->is_done && pair->is_done(pair)) loop_stop(pair->loop);
}

static void tell(struct rtc_pair_end *end, const char *format, ...) {
    struct rtc_pair *const pair = end->pair;
    va_list arguments;
    assert_false(pair->is_calling);
    va_start(arguments, format);
    pair->size += (size_t)snprintf(pair->story + pair->size, sizeof pair->story - pair->size, "%c ", end->name);
    pair->size += (size_t)vsnprintf(pair->story + pair->size, sizeof pair->story - pair->size, format, arguments);
    va_end(arguments);
    assert_true(pair->size + 2 < sizeof pair->story);
    pair->story[pair->size++] = '\n';
    pair->story[pair->size] = '\0';
    look(pair);
}

static struct rtc_pair_end *end_of(void *context, uint32_t peer) {
    struct rtc_pair *const pair = context;
    assert_false(pair->is_calling);
    if (peer == pair->a.peer) return &pair->a;
    if (peer == pair->liar.peer) return &pair->liar;
    assert_int_equal(peer, pair->b.peer);
    return &pair->b;
}

static void on_described(void *context, uint32_t peer, bool is_offer, struct span sdp) {
    (void)is_offer;
    struct rtc_pair_end *const end = end_of(context, peer);
    assert_true(span_copy_text(sdp, end->sdp, sizeof end->sdp));
    if (end->on_described) end->on_described(end);
    if (!end->other->is_deaf) rtc_describe(end->pair->rtc, end->other->peer, span_of_text(end->sdp));
    tell(end, "described");
}

static void on_candidate(void *context, uint32_t peer, struct span candidate) {
    struct rtc_pair_end *const end = end_of(context, peer);
    char text[512];
    assert_true(span_copy_text(candidate, text, sizeof text));
    if (!end->other->is_deaf && !end->other->drops_candidates)
        rtc_candidate(end->pair->rtc, end->other->peer, candidate);
    tell(end, "candidate %s", text);
}

static void on_connected(void *context, uint32_t peer) {
    struct rtc_pair_end *const end = end_of(context, peer);
    struct rtc_look at;
    assert_true(rtc_look(end->pair->rtc, peer, &at));
    assert_true(at.is_connected);
    tell(end, "connected %s", ice_candidate_kind_name(link_route_kind(&at.route)));
}

static void on_opened(void *context, uint32_t peer, uint32_t channel, const char *label, const char *protocol,
                      bool is_unordered) {
    struct rtc_pair_end *const end = end_of(context, peer);
    end->channel = channel;
    end->opened_count++;
    if (end->on_opened) end->on_opened(end, channel);
    tell(end, "opened %u %s %s %s", channel, label, protocol, is_unordered ? "unordered" : "ordered");
}

static void on_message(void *context, uint32_t peer, uint32_t channel, enum rtc_kind kind, struct span bytes) {
    struct rtc_pair_end *const end = end_of(context, peer);
    end->message_count++;
    end->message_bytes += bytes.size;
    if (end->on_message) end->on_message(end, channel, kind, bytes);
    look(end->pair);
}

static void on_drained(void *context, uint32_t peer, uint32_t channel) {
    struct rtc_pair_end *const end = end_of(context, peer);
    end->drained_count++;
    if (end->on_drained) end->on_drained(end, channel);
    look(end->pair);
}

static void on_channel_closed(void *context, uint32_t peer, uint32_t channel) {
    struct rtc_pair_end *const end = end_of(context, peer);
    end->closed_count++;
    tell(end, "channel_closed %u", channel);
}

static void on_closed(void *context, uint32_t peer, enum rtc_end how, const char *detail) {
    static const char *const names[] = {"closed", "remote",   "no-path", "lost",        "fingerprint",
                                        "dtls",   "protocol", "timeout", "description", "resources"};
    struct rtc_pair_end *const end = end_of(context, peer);
    tell(end, "closed %s: %s", names[how], detail);
}

static void guard_fired(void *context) {
    struct rtc_pair *const pair = context;
    pair->is_late = true;
    loop_stop(pair->loop);
}

static const struct rtc_callbacks callbacks = {
    .described = on_described,
    .candidate = on_candidate,
    .connected = on_connected,
    .channel_opened = on_opened,
    .message = on_message,
    .drained = on_drained,
    .channel_closed = on_channel_closed,
    .closed = on_closed,
};

int rtc_pair_open(void **state) {
    struct rtc_pair *const pair = calloc(1, sizeof *pair);
    struct err_detail detail = {0};
    assert_non_null(pair);
    assert_int_equal(loop_new(&pair->loop), ERR_OK);
    pair->guard = loop_timer_open(pair->loop, guard_fired, pair);
    pair->a = (struct rtc_pair_end){.pair = pair, .other = &pair->b, .name = 'a'};
    pair->b = (struct rtc_pair_end){.pair = pair, .other = &pair->a, .name = 'b'};
    const struct rtc_options options = {.loop = pair->loop, .callbacks = callbacks, .context = pair};
    if (rtc_new(&pair->rtc, &options, &detail) != ERR_OK) fail_msg("%s", detail.text);
    *state = pair;
    return 0;
}

int rtc_pair_close(void **state) {
    struct rtc_pair *const pair = *state;
    pair->is_calling = true;
    const int64_t began_us = clock_monotonic_us();
    rtc_free(pair->rtc);
    assert_in_range((clock_monotonic_us() - began_us) / 1000, 0, FREE_MS_MAX);
    loop_timer_close(pair->guard);
    loop_free(pair->loop);
    free(pair);
    return 0;
}

void rtc_pair_meet(struct rtc_pair *pair, const struct rtc_peer_options *given) {
    struct rtc_peer_options options = given ? *given : (struct rtc_peer_options){.has_loopback = true};
    pair->is_calling = true;
    options.is_offering = true;
    pair->a.peer = rtc_open(pair->rtc, &options);
    options.is_offering = false;
    pair->b.peer = rtc_open(pair->rtc, &options);
    pair->is_calling = false;
    assert_int_not_equal(pair->a.peer, 0);
    assert_int_not_equal(pair->b.peer, 0);
}

static bool are_open(struct rtc_pair *pair) {
    return pair->a.opened_count > 0 && pair->b.opened_count > 0;
}

void rtc_pair_connect(struct rtc_pair *pair, bool is_unordered) {
    rtc_pair_meet(pair, NULL);
    assert_int_not_equal(rtc_pair_channel(&pair->a, "first", is_unordered), 0);
    rtc_pair_await_that(pair, are_open);
}

void rtc_pair_lie(struct rtc_pair *pair) {
    pair->liar = (struct rtc_pair_end){.pair = pair, .other = &pair->b, .name = 'x'};
    pair->b.other = &pair->liar;
    pair->is_calling = true;
    pair->liar.peer = rtc_open(pair->rtc, &(struct rtc_peer_options){.is_offering = true, .has_loopback = true});
    pair->is_calling = false;
    assert_int_not_equal(pair->liar.peer, 0);
}

static void end_forget(struct rtc_pair_end *end) {
    *end = (struct rtc_pair_end){.pair = end->pair, .other = end->other, .name = end->name};
}

void rtc_pair_forget(struct rtc_pair *pair) {
    end_forget(&pair->a);
    end_forget(&pair->b);
    pair->size = 0;
    pair->story[0] = '\0';
}

static void run(struct rtc_pair *pair, int64_t for_ms) {
    pair->is_late = false;
    loop_timer_start(pair->guard, for_ms);
    loop_run(pair->loop);
    loop_timer_stop(pair->guard);
}

void rtc_pair_await(struct rtc_pair *pair, const char *text) {
    if (strstr(pair->story, text)) return;
    pair->awaited = text;
    run(pair, GUARD_MS);
    pair->awaited = NULL;
    if (pair->is_late) fail_msg("waited in vain for \"%s\" in\n%s", text, pair->story);
}

void rtc_pair_await_that(struct rtc_pair *pair, bool (*is_done)(struct rtc_pair *pair)) {
    if (is_done(pair)) return;
    pair->is_done = is_done;
    run(pair, GUARD_MS);
    pair->is_done = NULL;
    if (pair->is_late)
        fail_msg("waited in vain; a has %llu messages, b %llu\n%s", (unsigned long long)pair->a.message_count,
                 (unsigned long long)pair->b.message_count, pair->story);
}

void rtc_pair_run(struct rtc_pair *pair, int64_t for_ms) {
    run(pair, for_ms);
}

void rtc_pair_assert_told(const struct rtc_pair *pair, const char *text) {
    if (!strstr(pair->story, text)) fail_msg("no \"%s\" in\n%s", text, pair->story);
}

void rtc_pair_assert_not_told(const struct rtc_pair *pair, const char *text) {
    if (strstr(pair->story, text)) fail_msg("\"%s\" in\n%s", text, pair->story);
}

uint32_t rtc_pair_channel(struct rtc_pair_end *end, const char *label, bool is_unordered) {
    const struct rtc_channel_options options = {.label = label, .is_unordered = is_unordered};
    return rtc_channel_open(end->pair->rtc, end->peer, &options);
}

bool rtc_pair_send(struct rtc_pair_end *end, uint32_t channel, const void *bytes, size_t size) {
    return rtc_send(end->pair->rtc, end->peer, channel, RTC_BINARY, (struct span){bytes, size});
}
