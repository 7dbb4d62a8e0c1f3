/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/ice_server.h"

#include <stdio.h>
#include <string.h>

static bool take_scheme(struct span *text, struct span scheme) {
    if (!span_starts_with(*text, scheme)) return false;
    *text = (struct span){text->at + scheme.size, text->size - scheme.size};
    return true;
}

static void drop_transport(struct span *text) {
    static const char transport[] = "?transport=udp";
    const size_t size = sizeof transport - 1;
    if (text->size <= size) return;
    const struct span end = {text->at + text->size - size, size};
    if (span_equal_text(end, transport)) text->size -= size;
}

bool ice_server_read(struct span text, struct ice_server *server) {
    server->is_turn = take_scheme(&text, SPAN_LITERAL("turn:"));
    if (!server->is_turn && !take_scheme(&text, SPAN_LITERAL("stun:"))) return false;
    if (server->is_turn) drop_transport(&text);
    return place_name_read(text, ICE_SERVER_PORT, &server->place);
}

const struct address *ice_server_choose(const struct address *addresses, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (addresses[i].family == ADDRESS_IPV4) return &addresses[i];
    return &addresses[0];
}

const char *ice_server_text(const struct ice_server *server, char text[ICE_SERVER_TEXT_MAX]) {
    const bool is_ipv6 = strchr(server->place.host, ':') != NULL;
    (void)snprintf(text, ICE_SERVER_TEXT_MAX, "%s:%s%s%s:%u", server->is_turn ? "turn" : "stun", is_ipv6 ? "[" : "",
                   server->place.host, is_ipv6 ? "]" : "", (unsigned)server->place.port);
    return text;
}
