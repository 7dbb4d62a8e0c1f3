/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A peer that breaks the rules on purpose: plain blocking sockets and OpenSSL, nothing of daemon/link, so that both
 * ends of a test cannot share a mistake. It dials or accepts, shows what it is told to show, and then sends any bytes.
 * With a key of small order it also forges the one signature that such a key lets everybody make (R the identity
 * point, S zero), which a node that does not judge keys would accept.
 * Owns: its sockets and keys.
 * Never: part of the program; waits longer than `timeout_ms` for anything. */

#include "base/address.h"
#include "crypto/sign.h"
#include "swarm/wire/frame.h"

struct hostile_link;

struct hostile_options {
    struct signing_key key;
    const char *protocol; /* offered by ALPN, or chosen whatever was offered; NULL: none; "": refuses them all */
    bool has_small_order_key;
    bool has_no_certificate;
    bool is_tls12;
    bool refuses_key;    /* the other end's, whatever it is */
    struct address from; /* its own address, any port; family NONE: the system's choice */
    int timeout_ms;
};

enum hostile_end {
    HOSTILE_END_NONE, /* still open */
    HOSTILE_END_UNREACHED,
    HOSTILE_END_REFUSED_HERE, /* our OpenSSL did not like the other end */
    HOSTILE_END_ALERT,
    HOSTILE_END_CLOSE_NOTIFY,
    HOSTILE_END_EOF,
    HOSTILE_END_RESET,
    HOSTILE_END_TIMEOUT,
};
const char *hostile_end_name(enum hostile_end end);

struct hostile_outcome {
    bool was_up; /* the handshake, as far as this end can tell */
    enum hostile_end end;
    int alert;             /* when the end was one, or one came before it; else -1 */
    struct public_key key; /* the other end's, when it was up */
};

/* The key: `number` picks it. */
struct signing_key hostile_key(uint32_t number);

/* All three: owned by the caller, for hostile_link_close; the outcome says how the handshake went. */
struct hostile_link *hostile_link_dial(const struct address *to, const struct hostile_options *options);
/* Listens on 127.0.0.1, on a free port when `*port` is 0. A descriptor of the caller. */
int hostile_link_listen(uint16_t *port);
struct hostile_link *hostile_link_accept(int listener, const struct hostile_options *options);
/* Connects (or accepts) and does nothing more; for bytes that are no TLS at all (hostile_link_send_raw). */
struct hostile_link *hostile_link_connect(const struct address *to, int timeout_ms);
struct hostile_link *hostile_link_accept_raw(int listener, int timeout_ms);

const struct hostile_outcome *hostile_link_outcome(const struct hostile_link *link);
struct address hostile_link_local(const struct hostile_link *link);
/* Whether something can be read within so long. */
bool hostile_link_wait(struct hostile_link *link, int timeout_ms);
/* False when the link has ended. */
bool hostile_link_send(struct hostile_link *link, struct span bytes);
bool hostile_link_send_raw(struct hostile_link *link, struct span bytes); /* under TLS, on the socket */
bool hostile_link_send_frame(struct hostile_link *link, uint8_t type, struct span body);
/* False when the link has ended before a whole frame; the body is borrowed until the next call. */
bool hostile_link_read_frame(struct hostile_link *link, struct frame *frame);
/* Reads and forgets until the link has ended. */
void hostile_link_read_to_end(struct hostile_link *link);
void hostile_link_close(struct hostile_link *link); /* accepts NULL */

struct hostile_hello {
    const struct signing_key *key;
    const struct signing_key *ticket_key; /* that signs the ticket; NULL: the same */
    const struct signing_key *user_key;   /* of the user who certifies the ticket's key; NULL: none does */
    bool is_claim;                        /* without the certificate: anybody may say so */
    const char *community;
    const char *mesh;     /* NULL: "join" */
    const char *features; /* `"content"`, as in the list; NULL: none */
    const char *extra;    /* put in front of the closing brace, `,"x":1`; NULL: nothing */
    int64_t now_ms;
};
/* A hello that a node accepts (WIRE W9). */
void hostile_hello_write(struct buffer *out, const struct hostile_hello *hello);
