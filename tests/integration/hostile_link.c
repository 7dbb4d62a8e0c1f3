/* SPDX-License-Identifier: Apache-2.0 */
/* A peer for scripts that breaks one rule at a time, and tells in one line of JSON for each attempt what the node did
 * about it.
 *
 *   hostile_link --to 127.0.0.1:8782 --case small-order --times 1000
 *   hostile_link --listen --case no-alpn        prints its port and waits for a node to dial */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/must.h"
#include "base/number.h"
#include "lib/hostile_link.h"
#include "swarm/identity/node_id.h"
#include "swarm/wire/goodbye.h"
#include "swarm/wire/hello.h"

enum { BODY_MAX = LIMIT_BULK_BODY_MAX + 1, RATE_FRAMES = 400, FOREIGN_TYPE = 0xc0, UNKNOWN_TYPE = 0x3f };

struct run {
    bool is_listening;
    uint16_t port;
    struct address to;
    const struct hostile_case *hostile_case;
    uint32_t times;
    uint32_t first_key;
    bool keeps_key; /* the same key every time, not the next one */
    int timeout_ms;
    const char *community;
    int listener;
};

struct attempt {
    const struct run *run;
    struct signing_key key;
    struct hostile_link *link;
    uint32_t number;
    bool has_hello; /* of the node */
    enum reason goodbye;
    char text[LIMIT_GOODBYE_TEXT_MAX + 1];
    uint8_t *body; /* BODY_MAX bytes to build in */
};

static int64_t clock_ms(clockid_t clock) {
    struct timespec now;
    must(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What is sent after the handshake. */

static struct span hello_body(struct attempt *attempt, const struct signing_key *ticket_key, const char *extra) {
    struct buffer out = buffer_over(attempt->body, BODY_MAX);
    const struct hostile_hello hello = {.key = &attempt->key,
                                        .ticket_key = ticket_key,
                                        .community = attempt->run->community,
                                        .extra = extra,
                                        .now_ms = clock_ms(CLOCK_REALTIME)};
    hostile_hello_write(&out, &hello);
    must(!out.overflowed);
    return buffer_span(&out);
}

static void send_hello(struct attempt *attempt) {
    (void)hostile_link_send_frame(attempt->link, MESSAGE_HELLO, hello_body(attempt, NULL, ""));
}

static void send_nothing(struct attempt *attempt) {
    (void)attempt;
}

static void send_header(struct attempt *attempt, uint8_t type, uint32_t size) {
    uint8_t memory[LIMIT_FRAME_HEADER_SIZE];
    struct buffer out = buffer_over(memory, sizeof memory);
    frame_write_header(&out, type, size);
    (void)hostile_link_send(attempt->link, buffer_span(&out));
}

static void send_oversized(struct attempt *attempt) {
    send_hello(attempt);
    memset(attempt->body, ' ', BODY_MAX);
    (void)hostile_link_send_frame(attempt->link, MESSAGE_PEX, (struct span){attempt->body, LIMIT_CONTROL_BODY_MAX + 1});
}

static void send_oversized_foreign(struct attempt *attempt) {
    send_hello(attempt);
    send_header(attempt, FOREIGN_TYPE, UINT32_MAX);
}

static void send_unknown_type(struct attempt *attempt) {
    send_hello(attempt);
    (void)hostile_link_send_frame(attempt->link, UNKNOWN_TYPE, SPAN_LITERAL("{}"));
}

static void send_foreign(struct attempt *attempt) {
    send_hello(attempt);
    (void)hostile_link_send_frame(attempt->link, FOREIGN_TYPE, SPAN_LITERAL("from a later version"));
}

static void send_duplicate_member(struct attempt *attempt) {
    (void)hostile_link_send_frame(attempt->link, MESSAGE_HELLO, hello_body(attempt, NULL, ",\"agent\":\"twice\""));
}

static void send_second_hello(struct attempt *attempt) {
    send_hello(attempt);
    send_hello(attempt);
}

static void send_ticket_of_another(struct attempt *attempt) {
    const struct signing_key other = hostile_key(UINT32_MAX);
    (void)hostile_link_send_frame(attempt->link, MESSAGE_HELLO, hello_body(attempt, &other, ""));
}

static void send_ping_first(struct attempt *attempt) {
    const uint8_t ping[12] = {0};
    (void)hostile_link_send_frame(attempt->link, MESSAGE_PING, (struct span){ping, sizeof ping});
}

static void send_no_json(struct attempt *attempt) {
    (void)hostile_link_send_frame(attempt->link, MESSAGE_HELLO, SPAN_LITERAL("{\"v\":1"));
}

static void send_deep_json(struct attempt *attempt) {
    memset(attempt->body, '[', LIMIT_CONTROL_BODY_MAX);
    (void)hostile_link_send_frame(attempt->link, MESSAGE_HELLO, (struct span){attempt->body, LIMIT_CONTROL_BODY_MAX});
}

static void send_too_fast(struct attempt *attempt) {
    const uint8_t ping[12] = {0};
    send_hello(attempt);
    for (int i = 0; i < RATE_FRAMES; i++)
        (void)hostile_link_send_frame(attempt->link, MESSAGE_PING, (struct span){ping, sizeof ping});
}

/* Half a frame, and then only silence: the node's hello deadline is what ends it. */
static void send_half(struct attempt *attempt) {
    send_header(attempt, MESSAGE_HELLO, 100);
}

static void send_garbage(struct attempt *attempt) {
    (void)hostile_link_send_raw(attempt->link, SPAN_LITERAL("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"));
}

static void send_reset(struct attempt *attempt) {
    send_hello(attempt);
    (void)hostile_link_send_raw(attempt->link, SPAN_LITERAL("\x17\x03\x03\x00\x20no record of this connection...."));
}

struct hostile_case {
    const char *name;
    void (*send)(struct attempt *attempt);
    const char *protocol;
    bool is_raw; /* no TLS of ours */
    bool has_small_order_key, has_no_certificate, is_tls12;
};
static const struct hostile_case hostile_cases[] = {
    {.name = "none", .send = send_hello, .protocol = "skep/1"}, /* breaks no rule: shows that the others are judged */
    {.name = "small-order", .send = send_hello, .protocol = "skep/1", .has_small_order_key = true},
    {.name = "alpn", .send = send_hello, .protocol = "http/1.1"},
    {.name = "no-alpn", .send = send_hello},
    {.name = "tls12", .send = send_hello, .protocol = "skep/1", .is_tls12 = true},
    {.name = "no-cert", .send = send_hello, .protocol = "skep/1", .has_no_certificate = true},
    {.name = "garbage", .send = send_garbage, .is_raw = true},
    {.name = "silent-tcp", .send = send_nothing, .is_raw = true},
    {.name = "silent-tls", .send = send_nothing, .protocol = "skep/1"},
    {.name = "half-frame", .send = send_half, .protocol = "skep/1"},
    {.name = "broken-record", .send = send_reset, .protocol = "skep/1"},
    {.name = "oversized", .send = send_oversized, .protocol = "skep/1"},
    {.name = "oversized-foreign", .send = send_oversized_foreign, .protocol = "skep/1"},
    {.name = "unknown-type", .send = send_unknown_type, .protocol = "skep/1"},
    {.name = "foreign-type", .send = send_foreign, .protocol = "skep/1"}, /* to be ignored */
    {.name = "duplicate-member", .send = send_duplicate_member, .protocol = "skep/1"},
    {.name = "second-hello", .send = send_second_hello, .protocol = "skep/1"},
    {.name = "wrong-id", .send = send_ticket_of_another, .protocol = "skep/1"},
    {.name = "no-hello", .send = send_ping_first, .protocol = "skep/1"},
    {.name = "no-json", .send = send_no_json, .protocol = "skep/1"},
    {.name = "deep-json", .send = send_deep_json, .protocol = "skep/1"},
    {.name = "rate", .send = send_too_fast, .protocol = "skep/1"},
};
enum { CASE_COUNT = sizeof hostile_cases / sizeof hostile_cases[0] };

/* What came back. */

static void note_goodbye(struct attempt *attempt, const struct frame *frame) {
    void *memory = memory_zeroed(1, LIMIT_CHECK_ARENA);
    struct arena arena = arena_over(memory, LIMIT_CHECK_ARENA);
    const struct verifier verifier = sign_verifier();
    const void *checked = NULL;
    if (goodbye_check(frame->body, &verifier, &arena, &checked) == REFUSAL_NONE) {
        const struct goodbye *goodbye = checked;
        attempt->goodbye = goodbye->reason;
        memcpy(attempt->text, goodbye->text, sizeof attempt->text);
    }
    memory_free(memory);
}

static void attempt_read(struct attempt *attempt) {
    struct frame frame;
    if (attempt->run->hostile_case->is_raw) {
        hostile_link_read_to_end(attempt->link);
        return;
    }
    while (hostile_link_read_frame(attempt->link, &frame)) {
        if (frame.type == MESSAGE_HELLO) attempt->has_hello = true;
        if (frame.type == MESSAGE_GOODBYE) note_goodbye(attempt, &frame);
    }
}

static void put_id(struct json_writer *w, const char *name, const struct public_key *key) {
    char text[NODE_ID_TEXT_SIZE + 1];
    const struct node_id id = node_id_of_key(key);
    json_put_text(w, name, node_id_text(&id, text));
}

static void attempt_print(const struct attempt *attempt, int64_t elapsed_ms) {
    const struct hostile_outcome *outcome = hostile_link_outcome(attempt->link);
    const struct public_key own = sign_public_key(&attempt->key);
    uint8_t memory[2048];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    json_open_object(&w, NULL);
    json_put_text(&w, "case", attempt->run->hostile_case->name);
    json_put_integer(&w, "attempt", attempt->number);
    put_id(&w, "nodeId", &own);
    json_put_boolean(&w, "handshake", outcome->was_up);
    if (outcome->was_up) put_id(&w, "peerId", &outcome->key);
    json_put_boolean(&w, "hello", attempt->has_hello);
    json_put_text(&w, "goodbye", attempt->goodbye == REASON_NONE ? NULL : reason_name(attempt->goodbye));
    json_put_text(&w, "text", attempt->text);
    json_put_text(&w, "end", hostile_end_name(outcome->end));
    if (outcome->alert >= 0) json_put_integer(&w, "alert", outcome->alert);
    json_put_integer(&w, "ms", elapsed_ms);
    json_close_object(&w);
    must(!out.overflowed);
    (void)printf("%.*s\n", (int)out.size, (const char *)memory);
    (void)fflush(stdout);
}

static void attempt_run(const struct run *run, uint32_t number) {
    const struct hostile_case *hostile_case = run->hostile_case;
    struct attempt attempt = {.run = run, .number = number};
    attempt.key = hostile_key(run->first_key + (run->keeps_key ? 0 : number));
    const struct hostile_options options = {
        .key = attempt.key,
        .protocol = hostile_case->protocol,
        .has_small_order_key = hostile_case->has_small_order_key,
        .has_no_certificate = hostile_case->has_no_certificate,
        .is_tls12 = hostile_case->is_tls12,
        .timeout_ms = run->timeout_ms,
    };
    attempt.body = memory_zeroed(1, BODY_MAX);
    const int64_t began_ms = clock_ms(CLOCK_MONOTONIC);
    if (run->is_listening)
        attempt.link = hostile_case->is_raw ? hostile_link_accept_raw(run->listener, run->timeout_ms)
                                            : hostile_link_accept(run->listener, &options);
    else
        attempt.link = hostile_case->is_raw ? hostile_link_connect(&run->to, run->timeout_ms)
                                            : hostile_link_dial(&run->to, &options);
    if (hostile_link_outcome(attempt.link)->end == HOSTILE_END_NONE) {
        hostile_case->send(&attempt);
        attempt_read(&attempt);
    }
    attempt_print(&attempt, clock_ms(CLOCK_MONOTONIC) - began_ms);
    hostile_link_close(attempt.link);
    memory_free(attempt.body);
}

/* The command line. */

static _Noreturn void usage(const char *what) {
    (void)fprintf(
        stderr,
        "hostile_link: %s\n"
        "usage: hostile_link (--to IP:PORT | --listen [--port N]) --case NAME [--times N] [--community NAME]\n"
        "                    [--key N] [--same-key] [--timeout MS]\ncases:",
        what);
    for (size_t i = 0; i < CASE_COUNT; i++) (void)fprintf(stderr, " %s", hostile_cases[i].name);
    (void)fprintf(stderr, "\n");
    exit(2);
}

static uint32_t number_of(const char *text, uint32_t max) {
    uint32_t number;
    if (!number_read_u32(span_of_text(text), max, &number)) usage("a number is wanted");
    return number;
}

static const struct hostile_case *case_of(const char *name) {
    for (size_t i = 0; i < CASE_COUNT; i++)
        if (strcmp(hostile_cases[i].name, name) == 0) return &hostile_cases[i];
    usage("there is no such case");
}

static void run_read(struct run *run, int count, char **arguments) {
    for (int i = 1; i < count; i++) {
        const char *option = arguments[i];
        if (strcmp(option, "--listen") == 0) {
            run->is_listening = true;
            continue;
        }
        if (strcmp(option, "--same-key") == 0) {
            run->keeps_key = true;
            continue;
        }
        if (++i == count) usage("an option lacks its value");
        const char *value = arguments[i];
        if (strcmp(option, "--to") == 0) {
            if (!address_read(span_of_text(value), &run->to)) usage("--to wants IP:PORT");
        } else if (strcmp(option, "--port") == 0) {
            run->port = (uint16_t)number_of(value, UINT16_MAX);
        } else if (strcmp(option, "--case") == 0) {
            run->hostile_case = case_of(value);
        } else if (strcmp(option, "--times") == 0) {
            run->times = number_of(value, UINT32_MAX);
        } else if (strcmp(option, "--key") == 0) {
            run->first_key = number_of(value, UINT32_MAX);
        } else if (strcmp(option, "--timeout") == 0) {
            run->timeout_ms = (int)number_of(value, 3600000);
        } else if (strcmp(option, "--community") == 0) {
            run->community = value;
        } else {
            usage("there is no such option");
        }
    }
    if (!run->hostile_case) usage("--case is missing");
    if (run->is_listening == (run->to.family != ADDRESS_NONE)) usage("one of --to and --listen is wanted");
}

int main(int count, char **arguments) {
    struct run run = {.times = 1, .timeout_ms = 10000, .community = "demo", .listener = -1};
    if (!sign_init()) return 1;
    run_read(&run, count, arguments);
    if (run.is_listening) {
        run.listener = hostile_link_listen(&run.port);
        (void)printf("{\"port\":%u}\n", run.port);
        (void)fflush(stdout);
    }
    for (uint32_t number = 0; number < run.times; number++) attempt_run(&run, number);
    return 0;
}
