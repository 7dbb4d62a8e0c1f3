/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where frames become messages: message_check at once, or on a pool thread where it costs signatures.
 * Owns: one arena for the loop's own checks and one for each check that runs, made when first needed and kept.
 * Never: checks two frames of one link at once (the link waits for its check before it goes on).
 * Full: CHECKS_AT_ONCE run, the others wait in the order they came; a link has at most one. */

#include "daemon/loop/loop.h"
#include "swarm/wire/hello.h"

struct check;
struct check_pool;

/* As many as libuv has threads by default: more would only wait there, each with an arena. */
enum { CHECKS_AT_ONCE = 4 };

struct check_pool *check_pool_new(struct loop *loop, const struct verifier *verifier); /* owned by the caller */
/* Accepts NULL. Every check was abandoned before; those that run are waited for by the loop. */
void check_pool_free(struct check_pool *pool);

/* On this thread. What `message` points to is borrowed until the next call. */
enum refusal check_pool_now(struct check_pool *pool, const struct frame *frame, struct checked_message *message);

/* What a hello has to prove on a connection whose handshake proved no key. */
struct check_binding {
    struct link_binding binding;
    struct node_id self;
};
/* `binding` is copied; NULL: the handshake proved it. `done` comes from the loop, later. `message` is borrowed during
 * that call; the frame's bytes must live until then. */
struct check *check_pool_begin(struct check_pool *pool, const struct frame *frame, const struct check_binding *binding,
                               void (*done)(void *context, enum refusal refusal, const struct checked_message *message),
                               void *context);
/* `done` will not come. `block`, in which the frame lies, is moved: freed when the check has ended. */
void check_abandon(struct check *check, uint8_t *block);
