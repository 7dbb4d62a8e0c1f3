/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The token by which a node shows a signaling server that an id is its own:
 *     <ms>.<base64url key>.<base64url signature over "skep-signal-v1\0" host "\0" peerId "\0" ms>
 * A server that checks it lets nobody else take a node's id; to one that does not (PeerServer) it is a token like any.
 * The host is the server's, as the dialler wrote it, in lower case, without a port (and an IPv6 address without its
 * brackets): so one server cannot pass a token on to another.
 * Owns: nothing.   Never: reads the clock; remembers: that a proof is good once is the switchboard's to see to.
 * Spec: WIRE W14. */

#include "swarm/identity/node_id.h"
#include "swarm/refusal.h"

enum {
    SIGNAL_PROOF_SIZE_MAX = 192, /* with its NUL: 20 digits, 43 and 86 of base64url, two dots */
    SIGNAL_PROOF_AGE_MS_MAX = 60000,
    SIGNAL_HOST_SIZE_MAX = 253, /* RFC 1035: a name as text */
};

/* Writes it, NUL-terminated. The host has at most SIGNAL_HOST_SIZE_MAX bytes. */
void signal_proof_write(char text[SIGNAL_PROOF_SIZE_MAX], const struct signing_key *key, struct span host,
                        int64_t now_ms);
/* Whether `token` proves that whoever holds it is `peer_id`, at one of the hosts, within 60 s either way. Everything
 * that comes from outside: any length, any bytes. Costs one signature check for each host at most. */
enum refusal signal_proof_check(struct span token, struct span peer_id, const char *const *hosts, size_t host_count,
                                const struct verifier *verifier, int64_t now_ms);
