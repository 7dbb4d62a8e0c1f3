/* SPDX-License-Identifier: Apache-2.0 */
/* Many peers at once, for scripts: each an identity of its own, linked over TLS, answering pings and sending its own.
 * Two lines of JSON for each link, times in microseconds since the epoch:
 *
 *   link_crowd --to 127.0.0.1:8782 --links 200 --mesh low --spread
 *   {"what":"open","nodeId":"...","userId":null,"leaves":false,"atUs":0}
 *   {"what":"end","nodeId":"...","opened":true,"goodbye":"blocked","end":"close-notify","heardAtUs":0,"saidAtUs":0,"atUs":0}
 *
 * `heardAtUs` is when its last frame came, `saidAtUs` when its last one was taken off us, `atUs` when it had ended.
 * Each of the `--links` runs links one after another until `--cycles` of all have begun (0: tries until it has had
 * one), with the identities of `--first-key` on, again from the first after `--keys` of them.
 *
 *   --leave-every N   every Nth link ends by itself as soon as it is open, by turns with a goodbye and without
 *   --silent          says no hello: stays in the handshake
 *   --deaf            hears no goodbye and no close, and goes on talking for as long as anybody takes it
 *   --user N          a user, the Nth, certifies each of them; with --claim they only say so
 *   --spread          from many addresses of the loopback
 *
 * SIGTERM ends it, and all links with it. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
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
#include "swarm/wire/ping.h"
#include "swarm/wire/pong.h"

enum { RUNS_MAX = 256, HELLO_MAX = 8192, TALK_EVERY_MS = 50, AGAIN_MS = 100, FOREIGN_TYPE = 0xc0 };
enum { AFTER_ANOTHER_MS = 10 };
enum { ADDRESSES_PER_NET = 16 };

struct crowd {
    struct address to;
    const char *community, *mesh, *extra;
    uint32_t links, cycles, keys, first_key, leave_every, user, timeout_ms, ping_ms;
    bool is_silent, is_deaf, has_user, is_claim, is_spread;
    atomic_uint begun;
};
struct run {
    struct crowd *crowd;
    uint32_t number;
    pthread_t thread;
};
struct peer {
    const struct crowd *crowd;
    struct signing_key key;
    uint32_t turn; /* which link of the crowd it is */
    struct hostile_link *link;
    bool is_open;
    enum reason goodbye;
    int64_t heard_us, said_us;
};

static int64_t wall_us(void) {
    struct timespec now;
    must(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void pause_ms(int ms) {
    const struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    (void)nanosleep(&span, NULL);
}

static bool leaves(const struct peer *peer) {
    return peer->crowd->leave_every != 0 && peer->turn % peer->crowd->leave_every == 0;
}

/* Telling. */

static void put_head(struct json_writer *w, const struct peer *peer, const char *what) {
    char id[NODE_ID_TEXT_SIZE + 1];
    const struct public_key key = sign_public_key(&peer->key);
    const struct node_id node = node_id_of_key(&key);
    json_open_object(w, NULL);
    json_put_text(w, "what", what);
    json_put_text(w, "nodeId", node_id_text(&node, id));
}

static void print_line(struct json_writer *w, struct buffer *out) {
    json_close_object(w);
    must(!out->overflowed);
    (void)printf("%.*s\n", (int)out->size, (const char *)out->at);
    (void)fflush(stdout);
}

static void tell_open(const struct peer *peer) {
    uint8_t memory[512];
    char id[NODE_ID_TEXT_SIZE + 1];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    const struct signing_key user_key = hostile_key(peer->crowd->user);
    const struct public_key user_half = sign_public_key(&user_key);
    const struct user_id user = user_id_of_key(&user_half);
    put_head(&w, peer, "open");
    json_put_text(&w, "userId", peer->crowd->has_user ? user_id_text(&user, id) : NULL);
    json_put_boolean(&w, "leaves", leaves(peer));
    json_put_integer(&w, "atUs", wall_us());
    print_line(&w, &out);
}

static void tell_end(const struct peer *peer) {
    uint8_t memory[512];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&out);
    put_head(&w, peer, "end");
    json_put_boolean(&w, "opened", peer->is_open);
    json_put_text(&w, "goodbye", peer->goodbye == REASON_NONE ? NULL : reason_name(peer->goodbye));
    json_put_text(&w, "end", hostile_end_name(hostile_link_outcome(peer->link)->end));
    json_put_integer(&w, "heardAtUs", peer->heard_us);
    json_put_integer(&w, "saidAtUs", peer->said_us);
    json_put_integer(&w, "atUs", wall_us());
    print_line(&w, &out);
}

/* Saying. */

static bool say(struct peer *peer, uint8_t type, struct span body) {
    const bool is_said = hostile_link_send_frame(peer->link, type, body);
    if (is_said) peer->said_us = wall_us();
    return is_said;
}

static void say_hello(struct peer *peer) {
    uint8_t memory[HELLO_MAX];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct signing_key user = hostile_key(peer->crowd->user);
    const struct hostile_hello hello = {
        .key = &peer->key,
        .user_key = peer->crowd->has_user ? &user : NULL,
        .is_claim = peer->crowd->is_claim,
        .community = peer->crowd->community,
        .mesh = peer->crowd->mesh,
        .extra = peer->crowd->extra,
        .now_ms = wall_us() / 1000,
    };
    hostile_hello_write(&body, &hello);
    must(!body.overflowed);
    (void)say(peer, MESSAGE_HELLO, buffer_span(&body));
}

static void say_ping(struct peer *peer) {
    uint8_t memory[PING_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct ping ping = {.loss_in_ppm = PING_LOSS_UNKNOWN, .loss_out_ppm = PING_LOSS_UNKNOWN};
    ping_build(&body, &ping);
    (void)say(peer, MESSAGE_PING, buffer_span(&body));
}

static void say_pong(struct peer *peer, struct span of) {
    uint8_t memory[PONG_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct pong pong = {.seq = of.size == PING_SIZE ? bytes_read_u32(of.at) : 0};
    pong_build(&body, &pong);
    (void)say(peer, MESSAGE_PONG, buffer_span(&body));
}

static void say_goodbye(struct peer *peer) {
    uint8_t memory[512];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct goodbye goodbye = {.reason = REASON_LEAVING};
    goodbye_build(&body, &goodbye);
    (void)say(peer, MESSAGE_GOODBYE, buffer_span(&body));
}

/* Hearing. */

static void note_goodbye(struct peer *peer, struct span body) {
    void *memory = memory_zeroed(1, LIMIT_CHECK_ARENA);
    struct arena arena = arena_over(memory, LIMIT_CHECK_ARENA);
    const struct verifier verifier = sign_verifier();
    const void *checked = NULL;
    if (goodbye_check(body, &verifier, &arena, &checked) == REFUSAL_NONE)
        peer->goodbye = ((const struct goodbye *)checked)->reason;
    memory_free(memory);
}

static void note_open(struct peer *peer) {
    peer->is_open = true;
    tell_open(peer);
}

/* False: the link has ended. */
static bool hear(struct peer *peer) {
    struct frame frame;
    if (!hostile_link_read_frame(peer->link, &frame)) return false;
    peer->heard_us = wall_us();
    if (frame.type == MESSAGE_HELLO) note_open(peer);
    if (frame.type == MESSAGE_PING) say_pong(peer, frame.body);
    if (frame.type == MESSAGE_GOODBYE) note_goodbye(peer, frame.body);
    return true;
}

/* Living. */

static bool is_ended(const struct peer *peer) {
    return hostile_link_outcome(peer->link)->end != HOSTILE_END_NONE;
}

/* Talks on until nobody takes it: what it is told it does not hear. */
static void talk_on(struct peer *peer) {
    const uint8_t body[64] = {0};
    while (say(peer, FOREIGN_TYPE, (struct span){body, sizeof body})) pause_ms(TALK_EVERY_MS);
}

static void converse(struct peer *peer) {
    int64_t pinged_us = wall_us();
    while (!is_ended(peer)) {
        if (peer->is_open && leaves(peer)) {
            if (peer->turn / peer->crowd->leave_every % 2 == 0) say_goodbye(peer);
            return;
        }
        if (peer->is_open && peer->crowd->is_deaf) {
            talk_on(peer);
            return;
        }
        const int64_t left_ms = peer->crowd->ping_ms - (wall_us() - pinged_us) / 1000;
        if (left_ms > 0 && hostile_link_wait(peer->link, (int)left_ms)) {
            if (!hear(peer)) return;
        } else if (left_ms <= 0) {
            pinged_us = wall_us();
            if (peer->is_open && peer->goodbye == REASON_NONE) say_ping(peer);
        }
    }
}

static struct address address_of_run(const struct run *run) {
    struct address from = {.family = ADDRESS_NONE};
    if (!run->crowd->is_spread) return from;
    from = (struct address){.family = ADDRESS_IPV4, .ip = {127, 0, 0, 1}};
    from.ip[2] = (uint8_t)(run->number / ADDRESSES_PER_NET);
    from.ip[3] = (uint8_t)(1 + run->number % ADDRESSES_PER_NET);
    return from;
}

/* False: it never opened. */
static bool make_link(const struct run *run, uint32_t turn) {
    struct crowd *crowd = run->crowd;
    struct peer peer = {.crowd = crowd, .turn = turn};
    peer.key = hostile_key(crowd->first_key + (crowd->keys == 0 ? turn : turn % crowd->keys));
    const struct hostile_options options = {
        .key = peer.key, .protocol = "skep/1", .from = address_of_run(run), .timeout_ms = (int)crowd->timeout_ms};
    peer.link = hostile_link_dial(&crowd->to, &options);
    if (!is_ended(&peer) && crowd->is_silent) note_open(&peer);
    if (!is_ended(&peer) && !crowd->is_silent) say_hello(&peer);
    converse(&peer);
    tell_end(&peer);
    hostile_link_close(peer.link);
    if (!peer.is_open) pause_ms(AGAIN_MS);
    return peer.is_open;
}

static void *live(void *argument) {
    struct run *run = argument;
    struct crowd *crowd = run->crowd;
    pause_ms((int)run->number * AFTER_ANOTHER_MS); /* a node takes 64 unfinished ones at most */
    if (crowd->cycles == 0) {
        while (!make_link(run, run->number)) continue;
        return NULL;
    }
    for (uint32_t turn = atomic_fetch_add(&crowd->begun, 1); turn < crowd->cycles;
         turn = atomic_fetch_add(&crowd->begun, 1))
        (void)make_link(run, turn);
    return NULL;
}

/* The command line. */

static _Noreturn void usage(const char *what) {
    (void)fprintf(stderr,
                  "link_crowd: %s\n"
                  "usage: link_crowd --to IP:PORT [--links N] [--cycles N] [--keys N] [--first-key N] [--mesh WISH]\n"
                  "                  [--leave-every N] [--user N] [--community NAME] [--timeout MS] [--ping-every MS]\n"
                  "                  [--extra MEMBERS] [--silent] [--deaf] [--claim] [--spread]\n",
                  what);
    exit(2);
}

static bool take_flag(struct crowd *crowd, const char *option) {
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {{"--silent", &crowd->is_silent},
                 {"--deaf", &crowd->is_deaf},
                 {"--claim", &crowd->is_claim},
                 {"--spread", &crowd->is_spread}};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (strcmp(option, flags[i].name) != 0) continue;
        *flags[i].flag = true;
        return true;
    }
    return false;
}

static bool take_number(struct crowd *crowd, const char *option, const char *value) {
    const struct {
        const char *name;
        uint32_t *number;
    } numbers[] = {{"--links", &crowd->links},         {"--cycles", &crowd->cycles},           {"--keys", &crowd->keys},
                   {"--first-key", &crowd->first_key}, {"--leave-every", &crowd->leave_every}, {"--user", &crowd->user},
                   {"--timeout", &crowd->timeout_ms},  {"--ping-every", &crowd->ping_ms}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(option, numbers[i].name) != 0) continue;
        if (!number_read_u32(span_of_text(value), INT32_MAX, numbers[i].number)) usage("a number is wanted");
        if (numbers[i].number == &crowd->user) crowd->has_user = true;
        return true;
    }
    return false;
}

static void take_text(struct crowd *crowd, const char *option, const char *value) {
    if (strcmp(option, "--to") == 0) {
        if (!address_read(span_of_text(value), &crowd->to)) usage("--to wants IP:PORT");
    } else if (strcmp(option, "--community") == 0) {
        crowd->community = value;
    } else if (strcmp(option, "--mesh") == 0) {
        crowd->mesh = value;
    } else if (strcmp(option, "--extra") == 0) {
        crowd->extra = value;
    } else {
        usage("there is no such option");
    }
}

int main(int count, char **arguments) {
    static struct crowd crowd = {.community = "test", .links = 1, .timeout_ms = 600000, .ping_ms = 250};
    static struct run runs[RUNS_MAX];
    if (!sign_init()) return 1;
    (void)signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < count; i++) {
        if (take_flag(&crowd, arguments[i])) continue;
        if (i + 1 == count) usage("an option lacks its value");
        if (!take_number(&crowd, arguments[i], arguments[i + 1])) take_text(&crowd, arguments[i], arguments[i + 1]);
        i++;
    }
    if (crowd.to.family == ADDRESS_NONE || crowd.links == 0 || crowd.links > RUNS_MAX) usage("whom, and how many?");
    for (uint32_t i = 0; i < crowd.links; i++) {
        runs[i] = (struct run){.crowd = &crowd, .number = i};
        must(pthread_create(&runs[i].thread, NULL, live, &runs[i]) == 0);
    }
    for (uint32_t i = 0; i < crowd.links; i++) must(pthread_join(runs[i].thread, NULL) == 0);
    return 0;
}
