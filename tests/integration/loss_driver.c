/* SPDX-License-Identifier: Apache-2.0 */
/* A peer for scripts that gives a link enough to lose: forty pings a second, so that the node has as many pongs to
 * send, and between them forty frames of a type that nobody knows. Each ping tells what the driver's own transport had
 * to send again, as a node's would.
 *
 *   loss_driver --to 198.18.1.2:8782 --community test     until SIGTERM; a line of JSON each second
 *
 * It links with the daemon's own library: what the test compares is what both ends show with what the router dropped.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/link/link.h"
#include "daemon/loop/clock.h"
#include "daemon/loop/loop.h"
#include "lib/hostile_link.h"
#include "swarm/link/link_loss.h"
#include "swarm/wire/ping.h"
#include "swarm/wire/pong.h"

/* A ping every other turn: 41 a second, of which a node takes 50. */
enum { TURN_MS = 12, LINK = 2, FOREIGN_TYPE = 0xc0, FOREIGN_SIZE = 64, LOOK_EVERY_MS = 1000, HELLO_MAX = 8192 };

struct driver {
    struct address to;
    const char *community;
    struct signing_key key;
    struct loop *loop;
    struct link_set *links;
    struct loop_timer *turn;
    struct link_loss loss;
    int64_t looked_at_ms;
    uint32_t seq, turns;
    bool is_open; /* the node's hello is here */
    bool has_failed;
};

static void end(struct driver *driver, const char *why) {
    if (why) (void)fprintf(stderr, "loss_driver: %s\n", why);
    driver->has_failed = why != NULL;
    loop_stop(driver->loop);
}

static void send_hello(struct driver *driver) {
    uint8_t *memory = memory_zeroed(1, HELLO_MAX);
    struct buffer body = buffer_over(memory, HELLO_MAX);
    const struct hostile_hello hello = {.key = &driver->key, .community = driver->community, .now_ms = clock_wall_ms()};
    hostile_hello_write(&body, &hello);
    must(!body.overflowed);
    link_set_send(driver->links, LINK, MESSAGE_HELLO, buffer_span(&body));
    memory_free(memory);
}

static void send_ping(struct driver *driver, int64_t now_ms) {
    uint8_t memory[PING_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct ping ping = {
        .seq = driver->seq++,
        .loss_in_ppm = link_loss_ppm(link_loss_in(&driver->loss, now_ms)),
        .loss_out_ppm = link_loss_ppm(link_loss_out(&driver->loss, now_ms)),
    };
    ping_build(&body, &ping);
    link_set_send(driver->links, LINK, MESSAGE_PING, buffer_span(&body));
}

static void send_pong(struct driver *driver, const struct ping *ping) {
    uint8_t memory[PONG_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct pong pong = {.seq = ping->seq};
    pong_build(&body, &pong);
    link_set_send(driver->links, LINK, MESSAGE_PONG, buffer_span(&body));
}

/* As often as the daemon does: each second. */
static void look(struct driver *driver, int64_t now_ms) {
    struct link_measure measure;
    if (now_ms - driver->looked_at_ms < LOOK_EVERY_MS || !link_set_measure(driver->links, LINK, &measure)) return;
    driver->looked_at_ms = now_ms;
    link_loss_measured(&driver->loss, measure.packets, measure.packets_lost, now_ms);
    (void)printf("{\"segments\":%u,\"resent\":%u,\"lossOut\":%.6f,\"lossIn\":%.6f}\n", measure.packets,
                 measure.packets_lost, link_loss_out(&driver->loss, now_ms), link_loss_in(&driver->loss, now_ms));
    (void)fflush(stdout);
}

static void take_turn(void *context) {
    static const uint8_t foreign[FOREIGN_SIZE];
    struct driver *driver = context;
    const int64_t now_ms = loop_now_ms(driver->loop);
    loop_timer_start(driver->turn, TURN_MS);
    if (!driver->is_open) return;
    look(driver, now_ms);
    if (driver->turns++ % 2 == 0)
        send_ping(driver, now_ms);
    else
        link_set_send(driver->links, LINK, FOREIGN_TYPE, (struct span){foreign, sizeof foreign});
}

static void on_up(void *context, uint32_t link, enum link_direction direction, const struct address *remote,
                  const struct public_key *key, int64_t handshake_ms) {
    (void)link, (void)direction, (void)remote, (void)key, (void)handshake_ms;
    send_hello(context);
}

static void on_message(void *context, uint32_t link, const struct checked_message *message) {
    struct driver *driver = context;
    (void)link;
    if (message->type == MESSAGE_HELLO) driver->is_open = true;
    if (message->type == MESSAGE_GOODBYE) end(driver, "the node said goodbye");
    if (message->type == MESSAGE_PING) {
        const struct ping *ping = message->body;
        link_loss_told(&driver->loss, ping->loss_in_ppm, ping->loss_out_ppm, loop_now_ms(driver->loop));
        send_pong(driver, ping);
    }
}

static void on_frame_refused(void *context, uint32_t link, uint8_t type, enum refusal refusal) {
    (void)link, (void)type;
    end(context, refusal_name(refusal));
}

static void on_ended(void *context, uint32_t link, enum reason reason) {
    (void)link;
    end(context, reason_name(reason));
}

static void on_dial_failed(void *context, uint32_t link, enum reason reason, const char *detail) {
    (void)link, (void)reason;
    end(context, detail);
}

static void on_turned_away(void *context, const struct address *remote, enum reason reason, const char *detail) {
    (void)context, (void)remote, (void)reason, (void)detail; /* nobody is let in: it does not listen */
}

static void on_signal(void *context, int number) {
    (void)number;
    end(context, NULL);
}

static void driver_run(struct driver *driver) {
    const struct link_options options = {
        .key = &driver->key,
        .verifier = sign_verifier(),
        .callbacks = {.up = on_up,
                      .message = on_message,
                      .frame_refused = on_frame_refused,
                      .faulted = on_ended,
                      .down = on_ended,
                      .dial_failed = on_dial_failed,
                      .turned_away = on_turned_away},
        .context = driver,
    };
    struct link_options with_loop = options;
    struct err_detail detail;
    must(loop_new(&driver->loop) == ERR_OK);
    with_loop.loop = driver->loop;
    must(link_set_new(&driver->links, &with_loop, &detail) == ERR_OK);
    driver->turn = loop_timer_open(driver->loop, take_turn, driver);
    loop_on_signal(driver->loop, SIGTERM, on_signal, driver);
    loop_timer_start(driver->turn, TURN_MS);
    link_set_dial(driver->links, LINK, &driver->to, NULL);
    loop_run(driver->loop);
    link_set_free(driver->links);
    loop_timer_close(driver->turn);
    loop_free(driver->loop);
}

int main(int count, char **arguments) {
    struct driver driver = {.community = "test", .key = hostile_key(1)};
    for (int i = 1; i + 1 < count; i += 2) {
        const bool is_to = strcmp(arguments[i], "--to") == 0;
        if (is_to && !address_read(span_of_text(arguments[i + 1]), &driver.to)) driver.to.family = ADDRESS_NONE;
        if (strcmp(arguments[i], "--community") == 0) driver.community = arguments[i + 1];
    }
    if (!sign_init() || driver.to.family == ADDRESS_NONE) {
        (void)fprintf(stderr, "usage: loss_driver --to IP:PORT [--community NAME]\n");
        return 2;
    }
    driver_run(&driver);
    return driver.has_failed ? 1 : 0;
}
