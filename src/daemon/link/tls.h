/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One TLS 1.3 connection over a connected socket: the handshake, then bytes. Each function does what it can without
 * waiting and says what it waits for.
 * Owns: the SSL; the descriptor stays the caller's and outlives it.
 * Never: blocks, decides when to try again.   Full: TLS_WANTS_WRITE.   Spec: WIRE W7. */

#include "daemon/link/tls_context.h"

struct tls;

enum tls_result {
    TLS_DONE,
    TLS_WANTS_READ,
    TLS_WANTS_WRITE,
    TLS_ENDED, /* the other end closed, in order or not */
    TLS_BROKEN /* the protocol was broken, or we refused; tls_failure says more */
};

struct tls_options {
    const struct tls_context *context; /* borrowed for the call */
    int fd;
    bool is_accepting;
    struct public_key own;
    const struct node_id *expected; /* copied; NULL: whoever it is */
};
struct tls *tls_new(const struct tls_options *options); /* owned by the caller; NULL without memory */
enum tls_result tls_handshake(struct tls *tls);
/* After the handshake. */
struct public_key tls_peer_key(const struct tls *tls);
enum tls_result tls_read(struct tls *tls, struct buffer *into); /* DONE: `into` has grown */
bool tls_has_unread(const struct tls *tls); /* bytes that came off the socket and were not read: no event will tell */
/* DONE: `written` bytes, at least 1, are on their way. After WANTS the same bytes must be given again. */
enum tls_result tls_write(struct tls *tls, struct span bytes, size_t *written);
enum tls_result tls_end(struct tls *tls); /* close_notify; DONE also where none can be sent */
/* After ENDED or BROKEN: why, and a sentence for people (borrowed until tls_free). */
enum reason tls_failure(const struct tls *tls, const char **detail);
void tls_free(struct tls *tls); /* accepts NULL */
