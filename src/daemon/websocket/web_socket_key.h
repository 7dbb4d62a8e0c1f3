/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What proves that both ends of an upgrade mean WebSocket, and not a request that somebody was talked into: a key of
 * the client's, and the server's answer that is made of it. No secret.
 * Never: allocates.   Full: cannot be.   Spec: RFC 6455, 4.1 and 4.2.2. */

#include "base/bytes.h"
#include "crypto/entropy.h"

enum {
    WEB_SOCKET_KEY_SIZE = 24,   /* 16 bytes as base64 */
    WEB_SOCKET_PROOF_SIZE = 28, /* 20 bytes as base64 */
    WEB_SOCKET_NONCE_SIZE = 16,
};

struct web_socket_key {
    char text[WEB_SOCKET_KEY_SIZE + 1];
};
struct web_socket_proof {
    char text[WEB_SOCKET_PROOF_SIZE + 1];
};

struct web_socket_key web_socket_key_make(const struct entropy *source);
bool web_socket_key_is_valid(struct span text);
struct web_socket_proof web_socket_key_prove(struct span key); /* of Sec-WebSocket-Accept */
