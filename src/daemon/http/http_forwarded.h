/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who asks, when a proxy stands between: read from X-Forwarded-For, as far as proxies that the operator listed wrote
 * it.
 *
 *     X-Forwarded-For: 203.0.113.9, 198.51.100.7, 10.0.0.2      from 10.0.0.1; listed: 10.0.0.0/8
 *                      anybody's    the client    listed
 *
 * Each proxy adds, at the right end, the address it was asked from. So the way goes from the right to the left as long
 * as the hop is a listed proxy; the first that is not is the client, and what stands left of it is that client's own
 * word. What is no address ends the way at the last good hop.
 * RFC 7239's Forwarded is not read: a proxy that sets one of the two headers passes the other through as the client
 * sent it, so whoever believes both believes the client. X-Forwarded-For is what proxies set unless told otherwise.
 * Owns: nothing.   Never: allocates; looks at a header when the connection is not from a listed proxy.
 * Full: cannot be; the head's size bounds it. */

#include "base/address_range.h"
#include "daemon/http/http_head.h"

enum { HTTP_TRUST_RANGES_MAX = 32 };

/* The proxies that are believed. */
struct http_trust {
    size_t range_count;
    struct address_range ranges[HTTP_TRUST_RANGES_MAX];
    bool has_unix; /* whoever may open our Unix socket */
};

/* One word of the operator's list: a network, an address, or "unix". False: it is none, or the list is full. */
bool http_trust_add(struct http_trust *trust, struct span word);
/* `hop` is where a connection comes from; ADDRESS_NONE: a Unix socket. */
bool http_trust_has(const struct http_trust *trust, const struct address *hop);

/* The client's address. ADDRESS_NONE: through a Unix socket, without a listed proxy that says more. The port is 0
 * unless it is of the connection itself. */
struct address http_forwarded_client(const struct http_trust *trust, const struct address *remote,
                                     const struct http_head *head);
/* X-Forwarded-Proto says https, and a listed proxy says so. */
bool http_forwarded_is_secure(const struct http_trust *trust, const struct address *remote,
                              const struct http_head *head);
