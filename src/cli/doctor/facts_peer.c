/* SPDX-License-Identifier: Apache-2.0 */
/* One peer: what the node's book says of it, and whether its addresses answer a call from this machine. */
#include "cli/doctor/facts.h"

#include <string.h>

#include "cli/command.h"
#include "cli/peer_pages.h"
#include "daemon/loop/clock.h"

static void keep_if_wanted(void *context, const struct json_value *row, int64_t now_ms) {
    struct facts_peer *peer = context;
    (void)now_ms;
    if (!span_equal_text(api_client_text(row, "nodeId"), peer->wanted)) return;
    (void)span_copy_text(row->text, peer->text, sizeof peer->text);
}

static void read_row(struct facts_peer *peer) {
    struct arena arena = arena_over(peer->tree, sizeof peer->tree);
    enum json_fault fault;
    if (peer->text[0] == '\0') return;
    peer->known = json_parse(span_of_text(peer->text), JSON_WIRE, &arena, &fault, NULL);
}

static void call(struct facts_peer *peer, struct span text) {
    struct facts_call *call = &peer->calls[peer->call_count];
    const int64_t began_us = clock_monotonic_us();
    if (!address_read(text, &call->at)) return;
    call->is_reached = facts_connects(&call->at);
    call->elapsed_ms = (clock_monotonic_us() - began_us) / 1000;
    peer->call_count++;
}

void facts_take_peer(struct facts *facts) {
    struct facts_peer *peer = &facts->peer;
    struct err_detail ignored;
    if (facts->snapshot == NULL ||
        api_client_open_quietly(&facts->book, facts->folder_path, &ignored) != EXIT_CODE_DONE)
        return;
    facts->book.call_ms_max = FACTS_WAIT_MS;
    (void)peer_pages_read(&facts->book, keep_if_wanted, peer);
    read_row(peer);
    const struct json_value *addrs = json_member(peer->known, "addrs");
    for (size_t i = 0; i < json_array_count(addrs) && peer->call_count < LIMIT_TICKET_ADDRS_MAX; i++) {
        struct span text;
        if (json_as_string(&addrs->as.items[i], &text)) call(peer, text);
    }
}
