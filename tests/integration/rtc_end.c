/* SPDX-License-Identifier: Apache-2.0 */
/* One end of WebRTC as a program, for scripts that stand where signaling would: what it says comes out as lines, what
 * the other end said goes in as lines.
 *
 *   rtc_end offer|answer [--loopback] [--relay] [--stun IP:PORT] [--turn IP:PORT USER PASSWORD] [--open-ms N]
 *
 *   out: sdp BASE64 | candidate TEXT | connected PATH LOCAL REMOTE | opened | received MESSAGES BYTES MICROSECONDS
 *        sent MESSAGES | look IN MISSED OUT RTT_US PATH | closed END DETAIL
 *   in:  sdp BASE64 | candidate TEXT | send COUNT SIZE [INTERVAL_MS] | expect COUNT | look | restart | close
 *
 * `received` is told once `expect` messages have come: the time is from the first to the last. It ends with 0 when the
 * peer has closed, however; stdin at its end means close. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "base/must.h"
#include "base/number.h"
#include "daemon/link/webrtc/rtc.h"

enum { LINE_MAX_SIZE = 32768, MESSAGE_MAX = RTC_MESSAGE_SIZE_MAX };

struct end {
    struct loop *loop;
    struct loop_watch *input;
    struct loop_timer *pace;
    struct rtc *rtc;
    uint32_t peer, channel;
    uint64_t to_send, sent;
    size_t size;
    int64_t interval_ms; /* 0: as fast as it goes */
    uint64_t expected, received, bytes;
    int64_t first_us;
    size_t line_size;
    char line[LINE_MAX_SIZE];
};

static uint8_t message[MESSAGE_MAX];

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
    (void)printf("\n");
    (void)fflush(stdout);
}

static void described(void *context, uint32_t peer, bool is_offer, struct span sdp) {
    static uint8_t text[LINE_MAX_SIZE];
    struct buffer out = buffer_over(text, sizeof text);
    (void)context, (void)peer, (void)is_offer;
    base64_write(&out, sdp);
    say("sdp %.*s", (int)out.size, (const char *)text);
}

static void candidate(void *context, uint32_t peer, struct span text) {
    (void)context, (void)peer;
    say("candidate %.*s", (int)text.size, (const char *)text.at);
}

static void connected(void *context, uint32_t peer) {
    struct end *const end = context;
    struct rtc_look look;
    char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];
    must(rtc_look(end->rtc, peer, &look));
    say("connected %s %s %s", ice_candidate_kind_name(link_route_kind(&look.route)),
        address_text(&look.route.own.address, local), address_text(&look.route.peer.address, remote));
}

static void send_more(struct end *end) {
    while (end->sent < end->to_send) {
        if (!rtc_send(end->rtc, end->peer, end->channel, RTC_BINARY, (struct span){message, end->size})) return;
        end->sent++;
        if (end->interval_ms > 0) {
            loop_timer_start(end->pace, end->interval_ms);
            break;
        }
    }
    if (end->sent == end->to_send && end->to_send > 0) say("sent %llu", (unsigned long long)end->sent);
}

static void pace_fired(void *context) {
    send_more(context);
}

static void drained(void *context, uint32_t peer, uint32_t channel) {
    (void)peer, (void)channel;
    send_more(context);
}

static void opened(void *context, uint32_t peer, uint32_t channel, const char *label, const char *protocol,
                   bool is_unordered) {
    struct end *const end = context;
    (void)peer, (void)label, (void)protocol, (void)is_unordered;
    end->channel = channel;
    say("opened");
}

static void received(void *context, uint32_t peer, uint32_t channel, enum rtc_kind kind, struct span bytes) {
    struct end *const end = context;
    (void)peer, (void)channel, (void)kind;
    if (end->received == 0) end->first_us = loop_now_us(end->loop);
    end->received++;
    end->bytes += bytes.size;
    if (end->received != end->expected) return;
    say("received %llu %llu %lld", (unsigned long long)end->received, (unsigned long long)end->bytes,
        (long long)(loop_now_us(end->loop) - end->first_us));
    end->received = end->bytes = 0;
}

static void closed(void *context, uint32_t peer, enum rtc_end how, const char *detail) {
    static const char *const names[] = {"closed", "remote",   "no-path", "lost",        "fingerprint",
                                        "dtls",   "protocol", "timeout", "description", "resources"};
    struct end *const end = context;
    (void)peer;
    say("closed %s %s", names[how], detail);
    loop_stop(end->loop);
}

static void take_sdp(struct end *end, struct span text) {
    static uint8_t memory[LINE_MAX_SIZE];
    struct buffer sdp = buffer_over(memory, sizeof memory);
    if (base64_read(text, &sdp)) rtc_describe(end->rtc, end->peer, buffer_span(&sdp));
}

static void take_send(struct end *end, struct span rest) {
    uint32_t count = 0, size = 0, interval_ms = 0;
    (void)number_read_u32(span_take_until(&rest, ' '), UINT32_MAX, &count);
    (void)number_read_u32(span_take_until(&rest, ' '), MESSAGE_MAX, &size);
    if (rest.size > 0) (void)number_read_u32(rest, 60000, &interval_ms);
    end->to_send = count;
    end->sent = 0;
    end->size = size;
    end->interval_ms = interval_ms;
    send_more(end);
}

static void take_look(struct end *end) {
    struct rtc_look look;
    if (!rtc_look(end->rtc, end->peer, &look)) return;
    say("look %llu %llu %llu %u %s", (unsigned long long)look.packets_in, (unsigned long long)look.packets_missed,
        (unsigned long long)look.packets_out, look.rtt_us, ice_candidate_kind_name(link_route_kind(&look.route)));
}

static void take_line(struct end *end, struct span line) {
    struct span rest = line;
    const struct span word = span_take_until(&rest, ' ');
    uint32_t count = 0;
    if (span_equal_text(word, "sdp")) take_sdp(end, rest);
    if (span_equal_text(word, "candidate")) rtc_candidate(end->rtc, end->peer, rest);
    if (span_equal_text(word, "send")) take_send(end, rest);
    if (span_equal_text(word, "expect") && number_read_u32(rest, UINT32_MAX, &count)) end->expected = count;
    if (span_equal_text(word, "look")) take_look(end);
    if (span_equal_text(word, "restart")) rtc_restart(end->rtc, end->peer);
    if (span_equal_text(word, "close")) rtc_close(end->rtc, end->peer);
}

static void input_ready(void *context, unsigned events) {
    struct end *const end = context;
    const ssize_t size = read(STDIN_FILENO, end->line + end->line_size, sizeof end->line - end->line_size);
    (void)events;
    if (size <= 0) {
        rtc_close(end->rtc, end->peer);
        loop_watch_want(end->input, 0);
        return;
    }
    end->line_size += (size_t)size;
    for (char *stop; (stop = memchr(end->line, '\n', end->line_size)) != NULL;) {
        take_line(end, (struct span){(const uint8_t *)end->line, (size_t)(stop - end->line)});
        end->line_size -= (size_t)(stop + 1 - end->line);
        memmove(end->line, stop + 1, end->line_size);
    }
    must(end->line_size < sizeof end->line);
}

static struct rtc_peer_options options_of(int argc, char **argv, struct rtc_server servers[8]) {
    struct rtc_peer_options options = {.is_offering = strcmp(argv[1], "offer") == 0, .servers = servers};
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--loopback") == 0) options.has_loopback = true;
        if (strcmp(argv[i], "--relay") == 0) options.is_relay_only = true;
        if (strcmp(argv[i], "--open-ms") == 0 && i + 1 < argc) options.open_ms = strtol(argv[i + 1], NULL, 10);
        const bool is_turn = strcmp(argv[i], "--turn") == 0 && i + 3 < argc;
        const bool is_stun = strcmp(argv[i], "--stun") == 0 && i + 1 < argc;
        if (!is_turn && !is_stun) continue;
        struct rtc_server *const server = &servers[options.server_count++];
        must(options.server_count <= 8 && address_read(span_of_text(argv[i + 1]), &server->address));
        if (is_turn) server->user = argv[i + 2];
        if (is_turn) server->password = argv[i + 3];
    }
    return options;
}

static int run(struct end *end, const struct rtc_peer_options *options) {
    static const struct rtc_callbacks callbacks = {.described = described,
                                                   .candidate = candidate,
                                                   .connected = connected,
                                                   .channel_opened = opened,
                                                   .message = received,
                                                   .drained = drained,
                                                   .closed = closed};
    struct err_detail detail;
    const struct rtc_options wanted = {.loop = end->loop, .callbacks = callbacks, .context = end};
    if (rtc_new(&end->rtc, &wanted, &detail) != ERR_OK) {
        (void)fprintf(stderr, "rtc_end: %s\n", detail.text);
        return 1;
    }
    end->input = loop_watch_open(end->loop, STDIN_FILENO, input_ready, end);
    end->pace = loop_timer_open(end->loop, pace_fired, end);
    must(end->input);
    loop_watch_want(end->input, LOOP_READABLE);
    end->peer = rtc_open(end->rtc, options);
    if (options->is_offering)
        end->channel = rtc_channel_open(end->rtc, end->peer, &(struct rtc_channel_options){.label = "test"});
    loop_run(end->loop);
    loop_timer_close(end->pace);
    loop_watch_close(end->input);
    rtc_free(end->rtc);
    return 0;
}

int main(int argc, char **argv) {
    struct rtc_server servers[8] = {0};
    if (argc < 2) return 2;
    struct end *const end = memory_zeroed(1, sizeof *end);
    const struct rtc_peer_options options = options_of(argc, argv, servers);
    must(loop_new(&end->loop) == ERR_OK);
    const int status = run(end, &options);
    loop_free(end->loop);
    memory_free(end);
    return status;
}
