/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Two nodes' links over loopback, on one loop, for tests. Each callback becomes a line of a story, and a test waits for
 * a line:
 *
 *   a up 2 out                      b turned_away tls-failed: <detail>
 *   b message 1 ping after 0        (0 bulk frames had come before)
 *   b refused 1 3f type-unknown     a dial_failed 2 identity: <detail>
 *   a down 2 by us                  a faulted 2 slow
 *
 * Owns: the loop and both link sets.   Never: lets a link_set_* call call back (the test fails). */

#include "daemon/link/link.h"
#include "swarm/wire/ping.h"

struct link_world;
struct link_node {
    struct link_world *world;
    char name; /* 'a' or 'b' */
    struct signing_key key;
    struct public_key public_half;
    struct node_id id;
    struct link_set *set;
    struct address at; /* where it listens */
    struct address last_remote;
    struct public_key last_key;
    size_t bulk_count;
    size_t drained_count; /* how often there was room for more bulk */
    size_t unsent_when_drained;
    void (*on_message)(struct link_node *node, uint32_t link, const struct checked_message *message);
    void (*on_refused)(struct link_node *node, uint32_t link);
};
struct link_world {
    struct loop *loop;
    struct loop_timer *guard;
    struct link_node a, b; /* b listens */
    char story[16384];
    size_t size;
    const char *awaited;
    bool is_calling;
    bool is_late;
};

/* For cmocka's setup and teardown; freeing whatever is open is part of each test. */
int link_world_open(void **state);
int link_world_close(void **state);

/* Runs the loop until the story has this text; fails after a while. */
void link_world_await(struct link_world *world, const char *text);
/* Until neither has a link, a handshake or a lingering socket. */
void link_world_await_quiet(struct link_world *world);
void link_world_run(struct link_world *world, int64_t for_ms);
void link_world_assert_told(const struct link_world *world, const char *text);
void link_world_assert_not_told(const struct link_world *world, const char *text);

struct address link_world_loopback(uint16_t port);
void link_node_listen(struct link_node *node, const struct address *at);
void link_node_dial(struct link_node *node, uint32_t link, const struct address *to, const struct node_id *expected);
void link_node_send(struct link_node *node, uint32_t link, uint8_t type, struct span body);
void link_node_close(struct link_node *node, uint32_t link, bool is_graceful);
void link_node_send_ping(struct link_node *node, uint32_t link);
void link_node_send_goodbye(struct link_node *node, uint32_t link);
void link_node_send_hello(struct link_node *node, uint32_t link); /* costs a signature check */
void link_node_send_bulk(struct link_node *node, uint32_t link,
                         size_t count); /* of the largest, and of a foreign type */
