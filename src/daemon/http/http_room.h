/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who has to go when there are too many connections.
 *
 * A stranger can hold connections cheaply: by asking nothing, slowly, or by reading slowly. So a newcomer is not turned
 * away because of them: it takes the place of one of those who hold most.
 *
 *   1  whoever has been told good-bye and still lingers, the longest first
 *   2  else of the network (IPv4 /24, IPv6 /48) with most connections,
 *      of its address (IPv4, IPv6 /64) with most connections,
 *      whoever waits between two requests, else is slow to ask or to read; the longest first
 *
 * With many addresses, a stranger takes places from itself, not from somebody with one connection; and the longest
 * first means that a request that comes and goes in a moment is never the one. Connections with a handler stay. A
 * listed proxy and a Unix socket stand for many people and count as small. Owns: the counts for each address and
 * network. Never: closes anything itself.   Full: cannot be: as many rows as there may be connections, and one. */

#include "base/address.h"

enum { HTTP_ROOM_NOWHERE = UINT32_MAX };

struct http_server;
struct http_connection;

struct http_room_row {
    struct address prefix;
    uint32_t count; /* 0 = a free row */
};
struct http_room {
    size_t capacity;
    size_t used[2]; /* rows that have been used at least once */
    struct http_room_row *rows[2];
};
enum http_room_kind { HTTP_ROOM_ADDRESS, HTTP_ROOM_NETWORK };

/* Where a connection counts; HTTP_ROOM_NOWHERE: not at all. */
struct http_seat {
    uint32_t row[2];
};

void http_room_init(struct http_room *room, size_t connections_max);
void http_room_deinit(struct http_room *room);
struct http_seat http_room_take(struct http_room *room, const struct address *remote);
void http_room_leave(struct http_room *room, struct http_seat seat);
/* Of the address of `remote`. */
uint32_t http_room_count(const struct http_room *room, const struct address *remote);

/* NULL: nobody may be sent away. */
struct http_connection *http_room_choose(const struct http_server *server);
/* The same among those whose TLS handshake is not done. */
struct http_connection *http_room_choose_unshaken(const struct http_server *server);
/* For a newcomer of the same address: whoever waits between two requests, or has been slow for a moment already. Many
 * people may share an address, and a burst of theirs is no attack. */
struct http_connection *http_room_choose_beside(const struct http_server *server, const struct address *remote);
