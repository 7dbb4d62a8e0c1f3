/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/signaled_link/signaled_link_set.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/signaled_link/signaled_link.h"

struct signaled_link_set {
    struct signaled_host host;
    struct peerjs_peer *peer;
    struct signaled_link *links[SIGNALED_LINKS_MAX];
    size_t count;
    uint32_t last_inbound_id;
    struct loop_timer *failing; /* a dial that failed at once is told from the loop */
    uint32_t failed[SIGNALED_LINKS_MAX];
    size_t failed_count;
};

static struct signaled_link *find(const struct signaled_link_set *set, uint32_t id) {
    for (size_t i = 0; i < set->count; i++)
        if (set->links[i]->id == id && id != 0) return set->links[i];
    return NULL;
}

static struct signaled_link *find_connection(const struct signaled_link_set *set,
                                             const struct data_connection *connection) {
    for (size_t i = 0; i < set->count; i++)
        if (set->links[i]->connection == connection) return set->links[i];
    return NULL;
}

static struct signaled_link *add(struct signaled_link_set *set, struct data_connection *connection,
                                 enum link_direction direction) {
    struct signaled_link *link = signaled_link_new(&set->host, connection, direction);
    set->links[set->count++] = link;
    return link;
}

static void take_out(struct signaled_link_set *set, const struct signaled_link *link) {
    size_t at = 0;
    while (set->links[at] != link) must_le(++at, set->count - 1);
    set->links[at] = set->links[--set->count];
}

bool signaled_link_set_has(const struct signaled_link_set *set, uint32_t link) {
    return find(set, link) != NULL;
}

/* ---- Calling ---- */

static void tell_failed(void *context) {
    struct signaled_link_set *set = context;
    while (set->failed_count > 0)
        set->host.callbacks.dial_failed(set->host.context, set->failed[--set->failed_count], REASON_RESOURCES,
                                        "there is no room for another link by WebRTC");
}

void signaled_link_set_dial(struct signaled_link_set *set, uint32_t link, const struct node_id *peer) {
    char id[NODE_ID_TEXT_SIZE + 1];
    const struct data_dial dial = {
        .peer = node_id_text(peer, id), .label = SIGNALED_LABEL, .serialization = PEERJS_RAW, .is_reliable = true};
    struct data_connection *connection = set->count < SIGNALED_LINKS_MAX ? peerjs_peer_dial(set->peer, &dial) : NULL;
    if (connection != NULL) {
        add(set, connection, LINK_OUTBOUND)->id = link;
    } else {
        must_le(set->failed_count + 1, SIGNALED_LINKS_MAX); /* the engine dials a few at a time */
        set->failed[set->failed_count++] = link;
        loop_timer_start(set->failing, 0);
    }
}

static bool is_link(const struct data_connection *connection) {
    const struct data_look look = data_connection_look(connection);
    return look.serialization == PEERJS_RAW && look.is_reliable && strcmp(look.label, SIGNALED_LABEL) == 0;
}

bool signaled_link_set_offered(struct signaled_link_set *set, struct data_connection *connection) {
    if (!is_link(connection) || set->count == SIGNALED_LINKS_MAX) return false;
    add(set, connection, LINK_INBOUND);
    return true;
}

/* ---- What its connection says ---- */

static uint32_t claim_id(struct signaled_link_set *set) {
    do set->last_inbound_id += 4;
    while (find(set, set->last_inbound_id) != NULL);
    return set->last_inbound_id;
}

bool signaled_link_set_opened(struct signaled_link_set *set, struct data_connection *connection) {
    struct signaled_link *link = find_connection(set, connection);
    if (link == NULL) return false;
    signaled_link_opened(link, link->direction == LINK_INBOUND ? claim_id(set) : link->id);
    return true;
}

bool signaled_link_set_arrived(struct signaled_link_set *set, struct data_connection *connection,
                               const struct data_message *message) {
    struct signaled_link *link = find_connection(set, connection);
    if (link != NULL) signaled_link_arrived(link, message->bytes);
    return link != NULL;
}

bool signaled_link_set_doubted(struct signaled_link_set *set, struct data_connection *connection) {
    const bool is_ours = find_connection(set, connection) != NULL;
    if (is_ours) data_connection_renew(connection);
    return is_ours;
}

bool signaled_link_set_drained(struct signaled_link_set *set, struct data_connection *connection) {
    struct signaled_link *link = find_connection(set, connection);
    if (link != NULL) signaled_link_drained(link);
    return link != NULL;
}

bool signaled_link_set_closed(struct signaled_link_set *set, struct data_connection *connection, enum data_end end,
                              const char *detail) {
    struct signaled_link *link = find_connection(set, connection);
    if (link == NULL) return false;
    take_out(set, link);
    signaled_link_ended(link, end, detail);
    signaled_link_free(link);
    return true;
}

/* ---- Each ---- */

void signaled_link_set_send(struct signaled_link_set *set, uint32_t link, uint8_t type, struct span body) {
    struct signaled_link *found = find(set, link);
    if (found != NULL) signaled_link_send(found, type, body);
}

void signaled_link_set_close(struct signaled_link_set *set, uint32_t link, bool is_graceful) {
    struct signaled_link *found = find(set, link);
    if (found != NULL) signaled_link_close(found, is_graceful);
}

void signaled_link_set_renew(struct signaled_link_set *set, uint32_t link) {
    struct signaled_link *found = find(set, link);
    if (found != NULL) data_connection_renew(found->connection);
}

size_t signaled_link_set_bulk_unsent(const struct signaled_link_set *set, uint32_t link) {
    const struct signaled_link *found = find(set, link);
    return found == NULL ? SIZE_MAX : signaled_link_bulk_unsent(found);
}

bool signaled_link_set_measure(const struct signaled_link_set *set, uint32_t link, struct link_measure *measure) {
    const struct signaled_link *found = find(set, link);
    return found != NULL && signaled_link_measure(found, measure);
}

struct signaled_link_set *signaled_link_set_new(const struct signaled_options *options) {
    struct signaled_link_set *set = memory_zeroed(1, sizeof *set);
    set->host = (struct signaled_host){.loop = options->loop,
                                       .checks = check_pool_new(options->loop, &options->verifier),
                                       .self = options->self,
                                       .callbacks = options->callbacks,
                                       .context = options->context};
    set->peer = options->peer;
    set->failing = loop_timer_open(options->loop, tell_failed, set);
    set->last_inbound_id = UINT32_MAX; /* the first is 3 */
    return set;
}

void signaled_link_set_free(struct signaled_link_set *set) {
    if (set == NULL) return;
    for (size_t i = 0; i < set->count; i++) signaled_link_free(set->links[i]);
    loop_timer_close(set->failing);
    check_pool_free(set->host.checks);
    memory_free(set);
}
