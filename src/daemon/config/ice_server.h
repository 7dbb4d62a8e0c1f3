/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A server for WebRTC's search of a way between two ends, as the caretaker writes it: stun:HOST[:PORT], or
 * turn:HOST[:PORT][?transport=udp], which carries, too.   Never: resolves a name.   Spec: RFC 7064, 7065. */

#include "base/address.h"
#include "daemon/place_name.h"

enum { ICE_SERVER_PORT = 3478 };

struct ice_server {
    bool is_turn;
    struct place_name place;
};
/* Of the addresses of its name: the first, of IPv4 where there is one, since routers that are in the way are of IPv4.
 * `count` is not 0; borrowed from the list. */
const struct address *ice_server_choose(const struct address *addresses, size_t count);
bool ice_server_read(struct span text, struct ice_server *server); /* false: it is not of that form */
enum { ICE_SERVER_TEXT_MAX = PLACE_HOST_MAX + 16 };
/* "turn:turn.example:3478" */
const char *ice_server_text(const struct ice_server *server, char text[ICE_SERVER_TEXT_MAX]);
