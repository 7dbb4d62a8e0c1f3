/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The address of a signaling server as a caretaker writes it, and the one of its WebSocket that follows from it:
 *     https://host:port/path  ->  wss://host:port/path/peerjs?key=peerjs&id=...&token=...&version=1.5.5
 * Owns: nothing.   Spec: reference 7.2. */

#include "base/bytes.h"

enum { ENDPOINT_HOST_MAX = 253 /* RFC 1035: a name as text */, ENDPOINT_SOCKET_URL_MAX = 1024 };

/* ws, wss, http or https, a host, a port or none, a path or none; no user, query or fragment, nothing but the
 * characters that a URL may have. */
bool endpoint_url_is_valid(struct span url);
/* In lower case, without port and brackets; NUL-terminated. `url` is valid. */
void endpoint_url_host(struct span url, char host[ENDPOINT_HOST_MAX + 1]);
/* `url` is valid; id and token are any text. */
void endpoint_url_write_socket(struct buffer *out, struct span url, struct span id, struct span token);
