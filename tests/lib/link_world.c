/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/link_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hostile_link.h"
#include "swarm/wire/goodbye.h"

enum { GUARD_MS = 20000, FOREIGN = 0xc0 };

static void tell(struct link_node *node, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(struct link_node *node, const char *format, ...) {
    struct link_world *world = node->world;
    va_list arguments;
    assert_false(world->is_calling);
    va_start(arguments, format);
    world->size += (size_t)snprintf(world->story + world->size, sizeof world->story - world->size, "%c ", node->name);
    world->size += (size_t)vsnprintf(world->story + world->size, sizeof world->story - world->size, format, arguments);
    va_end(arguments);
    assert_true(world->size + 2 < sizeof world->story);
    world->story[world->size++] = '\n';
    world->story[world->size] = '\0';
    if (world->awaited && strstr(world->story, world->awaited)) loop_stop(world->loop);
}

static void on_up(void *context, uint32_t link, enum link_direction direction, const struct address *remote,
                  const struct public_key *key, int64_t handshake_ms) {
    struct link_node *node = context;
    assert_true(handshake_ms >= 0);
    node->last_remote = *remote;
    node->last_key = *key;
    tell(node, "up %u %s", link, direction == LINK_INBOUND ? "in" : "out");
}

static void on_message(void *context, uint32_t link, const struct checked_message *message) {
    struct link_node *node = context;
    if (message->type >= FOREIGN) {
        node->bulk_count++;
        assert_null(message->body);
    } else {
        assert_non_null(message->body);
        tell(node, "message %u %s after %zu", link, message_name(message->type), node->bulk_count);
    }
    if (node->on_message) node->on_message(node, link, message);
}

static void on_frame_refused(void *context, uint32_t link, uint8_t type, enum refusal refusal) {
    struct link_node *node = context;
    tell(node, "refused %u %02x %s", link, type, refusal_name(refusal));
    if (node->on_refused) node->on_refused(node, link);
}

static void on_faulted(void *context, uint32_t link, enum reason reason) {
    tell(context, "faulted %u %s", link, reason_name(reason));
}

static void on_down(void *context, uint32_t link, enum reason reason) {
    tell(context, "down %u %s", link, reason == REASON_NONE ? "by us" : reason_name(reason));
}

static void on_dial_failed(void *context, uint32_t link, enum reason reason, const char *detail) {
    tell(context, "dial_failed %u %s: %s", link, reason_name(reason), detail);
}

static void on_drained(void *context, uint32_t link) {
    struct link_node *node = context;
    node->drained_count++;
    node->unsent_when_drained = link_set_bulk_unsent(node->set, link);
}

static void on_turned_away(void *context, const struct address *remote, enum reason reason, const char *detail) {
    struct link_node *node = context;
    node->last_remote = *remote;
    tell(node, "turned_away %s: %s", reason_name(reason), detail);
}

static void guard_fired(void *context) {
    struct link_world *world = context;
    world->is_late = true;
    loop_stop(world->loop);
}

static void node_open(struct link_world *world, struct link_node *node, char name, uint32_t key) {
    node->world = world;
    node->name = name;
    node->key = hostile_key(key);
    node->public_half = sign_public_key(&node->key);
    node->id = node_id_of_key(&node->public_half);
    const struct link_options options = {
        .loop = world->loop,
        .key = &node->key,
        .verifier = sign_verifier(),
        .has_loopback_rate = true,
        .callbacks = {.up = on_up,
                      .message = on_message,
                      .frame_refused = on_frame_refused,
                      .faulted = on_faulted,
                      .down = on_down,
                      .dial_failed = on_dial_failed,
                      .turned_away = on_turned_away,
                      .drained = on_drained},
        .context = node,
    };
    struct err_detail detail;
    if (link_set_new(&node->set, &options, &detail) != ERR_OK) fail_msg("%s", detail.text);
}

struct address link_world_loopback(uint16_t port) {
    return (struct address){.family = ADDRESS_IPV4, .port = port, .ip = {127, 0, 0, 1}};
}

void link_node_listen(struct link_node *node, const struct address *at) {
    struct err_detail detail;
    if (link_set_listen(node->set, at, &node->at, &detail) != ERR_OK) fail_msg("%s", detail.text);
}

int link_world_open(void **state) {
    struct link_world *world = calloc(1, sizeof *world);
    const struct address any = link_world_loopback(0);
    if (!world || loop_new(&world->loop) != ERR_OK) return 1;
    world->guard = loop_timer_open(world->loop, guard_fired, world);
    node_open(world, &world->a, 'a', 1);
    node_open(world, &world->b, 'b', 2);
    link_node_listen(&world->b, &any);
    *state = world;
    return 0;
}

int link_world_close(void **state) {
    struct link_world *world = *state;
    world->is_calling = true; /* nobody hears of links that link_set_free closes */
    link_set_free(world->a.set);
    link_set_free(world->b.set);
    loop_free(world->loop);
    free(world);
    return 0;
}

void link_world_await(struct link_world *world, const char *text) {
    world->awaited = text;
    world->is_late = false;
    loop_timer_start(world->guard, GUARD_MS);
    while (!strstr(world->story, text) && !world->is_late) loop_run(world->loop);
    loop_timer_stop(world->guard);
    world->awaited = NULL;
    if (world->is_late) fail_msg("waited for \"%s\", but so far:\n%s", text, world->story);
}

void link_world_run(struct link_world *world, int64_t for_ms) {
    loop_timer_start(world->guard, for_ms);
    loop_run(world->loop);
    loop_timer_stop(world->guard);
}

void link_world_await_quiet(struct link_world *world) {
    for (int i = 0; i < 2000 && (link_set_count(world->a.set) > 0 || link_set_count(world->b.set) > 0); i++)
        link_world_run(world, 1);
    assert_int_equal(link_set_count(world->a.set), 0);
    assert_int_equal(link_set_count(world->b.set), 0);
}

void link_world_assert_told(const struct link_world *world, const char *text) {
    if (!strstr(world->story, text)) fail_msg("\"%s\" is missing in:\n%s", text, world->story);
}

void link_world_assert_not_told(const struct link_world *world, const char *text) {
    if (strstr(world->story, text)) fail_msg("\"%s\" is wrong in:\n%s", text, world->story);
}

void link_node_dial(struct link_node *node, uint32_t link, const struct address *to, const struct node_id *expected) {
    node->world->is_calling = true;
    link_set_dial(node->set, link, to, expected);
    node->world->is_calling = false;
}

void link_node_send(struct link_node *node, uint32_t link, uint8_t type, struct span body) {
    const bool was_calling = node->world->is_calling;
    node->world->is_calling = true;
    link_set_send(node->set, link, type, body);
    node->world->is_calling = was_calling;
}

void link_node_close(struct link_node *node, uint32_t link, bool is_graceful) {
    node->world->is_calling = true;
    link_set_close(node->set, link, is_graceful);
    node->world->is_calling = false;
}

void link_node_send_ping(struct link_node *node, uint32_t link) {
    uint8_t memory[PING_SIZE];
    struct buffer out = buffer_over(memory, sizeof memory);
    ping_build(&out, &(struct ping){.seq = 7});
    link_node_send(node, link, MESSAGE_PING, buffer_span(&out));
}

void link_node_send_goodbye(struct link_node *node, uint32_t link) {
    uint8_t memory[512];
    struct buffer out = buffer_over(memory, sizeof memory);
    goodbye_build(&out, &(struct goodbye){.reason = REASON_LEAVING, .text = "so long"});
    link_node_send(node, link, MESSAGE_GOODBYE, buffer_span(&out));
}

void link_node_send_hello(struct link_node *node, uint32_t link) {
    uint8_t memory[8192];
    struct buffer out = buffer_over(memory, sizeof memory);
    const struct hostile_hello hello = {
        .key = &node->key, .community = "demo", .now_ms = loop_now_ms(node->world->loop)};
    hostile_hello_write(&out, &hello);
    link_node_send(node, link, MESSAGE_HELLO, buffer_span(&out));
}

void link_node_send_bulk(struct link_node *node, uint32_t link, size_t count) {
    static const uint8_t zeros[LIMIT_BULK_BODY_MAX];
    for (size_t i = 0; i < count; i++) link_node_send(node, link, FOREIGN, (struct span){zeros, sizeof zeros});
}
