/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_room.h"

#include "base/memory.h"
#include "base/must.h"
#include "daemon/http/state.h"

/* How long a neighbour may be slow before it has to make room for another of its address. */
enum { GRACE_MS = 1000 };

void http_room_init(struct http_room *room, size_t connections_max) {
    room->capacity = connections_max + 1; /* a newcomer is counted before another goes */
    for (int kind = 0; kind < 2; kind++) room->rows[kind] = memory_zeroed(room->capacity, sizeof *room->rows[kind]);
}

void http_room_deinit(struct http_room *room) {
    for (int kind = 0; kind < 2; kind++) memory_free(room->rows[kind]);
    *room = (struct http_room){0};
}

static struct address prefix_of(const struct address *remote, int kind) {
    return kind == HTTP_ROOM_ADDRESS ? address_prefix(remote, 32, 64) : address_diversity_prefix(remote);
}

/* The row of a prefix; the number of used rows when it has none. */
static size_t row_find(const struct http_room *room, int kind, const struct address *prefix) {
    for (size_t i = 0; i < room->used[kind]; i++) {
        const struct http_room_row *row = &room->rows[kind][i];
        if (row->count > 0 && address_same_ip(&row->prefix, prefix)) return i;
    }
    return room->used[kind];
}

static size_t row_free(struct http_room *room, int kind) {
    for (size_t i = 0; i < room->used[kind]; i++)
        if (room->rows[kind][i].count == 0) return i;
    must(room->used[kind] < room->capacity);
    return room->used[kind]++;
}

struct http_seat http_room_take(struct http_room *room, const struct address *remote) {
    struct http_seat seat = {{HTTP_ROOM_NOWHERE, HTTP_ROOM_NOWHERE}};
    for (int kind = 0; kind < 2; kind++) {
        const struct address prefix = prefix_of(remote, kind);
        size_t row = row_find(room, kind, &prefix);
        if (row == room->used[kind]) row = row_free(room, kind);
        room->rows[kind][row].prefix = prefix;
        room->rows[kind][row].count++;
        seat.row[kind] = (uint32_t)row;
    }
    return seat;
}

void http_room_leave(struct http_room *room, struct http_seat seat) {
    for (int kind = 0; kind < 2; kind++)
        if (seat.row[kind] != HTTP_ROOM_NOWHERE) room->rows[kind][seat.row[kind]].count--;
}

uint32_t http_room_count(const struct http_room *room, const struct address *remote) {
    const struct address prefix = prefix_of(remote, HTTP_ROOM_ADDRESS);
    const size_t row = row_find(room, HTTP_ROOM_ADDRESS, &prefix);
    return row == room->used[HTTP_ROOM_ADDRESS] ? 0 : room->rows[HTTP_ROOM_ADDRESS][row].count;
}

/* ---- Who has to go ---- */

struct claim {
    struct http_connection *connection; /* NULL: none yet */
    uint32_t weight[4];                 /* the greater goes; then whoever has waited longer */
    int64_t since_ms;
};

static uint32_t count_of(const struct http_server *server, const struct http_connection *connection, int kind) {
    const uint32_t row = connection->seat.row[kind];
    return row == HTTP_ROOM_NOWHERE ? 0 : server->room.rows[kind][row].count;
}

/* What a connection waits for has begun with its deadline. */
static struct claim claim_of(const struct http_server *server, struct http_connection *connection) {
    const struct http_deadline *deadline = &connection->deadline;
    return (struct claim){
        .connection = connection,
        .weight = {connection->state == HTTP_CONNECTION_LINGER, count_of(server, connection, HTTP_ROOM_NETWORK),
                   count_of(server, connection, HTTP_ROOM_ADDRESS), deadline->kind == HTTP_DEADLINE_IDLE},
        .since_ms = deadline->at_ms - server->deadlines.length_ms[deadline->kind]};
}

static bool is_stronger(const struct claim *claim, const struct claim *best) {
    if (best->connection == NULL) return true;
    for (int i = 0; i < 4; i++)
        if (claim->weight[i] != best->weight[i]) return claim->weight[i] > best->weight[i];
    return claim->since_ms <= best->since_ms; /* the list begins with the newest */
}

/* Without a deadline it is with a handler; so is a file on its way and a tunnel, which may have one. */
static bool may_go(const struct http_connection *connection) {
    const bool has_handler = connection->state == HTTP_CONNECTION_INTAKE ||
                             connection->state == HTTP_CONNECTION_STREAM || connection->state == HTTP_CONNECTION_TUNNEL;
    return connection->deadline.is_set && !has_handler && connection->uses == 0;
}

struct question {
    bool (*is_meant)(const struct question *question, const struct claim *claim);
    struct address beside; /* a prefix */
    int64_t slow_since_ms;
};

static struct http_connection *choose(const struct http_server *server, const struct question *question) {
    struct claim best = {0};
    for (struct http_connection *each = server->connections; each != NULL; each = each->next) {
        if (!may_go(each)) continue;
        const struct claim claim = claim_of(server, each);
        if (question->is_meant(question, &claim) && is_stronger(&claim, &best)) best = claim;
    }
    return best.connection;
}

static bool is_anybody(const struct question *question, const struct claim *claim) {
    (void)question;
    (void)claim;
    return true;
}

static bool is_unshaken(const struct question *question, const struct claim *claim) {
    (void)question;
    return claim->connection->state == HTTP_CONNECTION_HANDSHAKE;
}

static bool is_beside(const struct question *question, const struct claim *claim) {
    const struct http_connection *connection = claim->connection;
    const struct address group = prefix_of(&connection->remote, HTTP_ROOM_ADDRESS);
    const bool is_done = connection->deadline.kind == HTTP_DEADLINE_IDLE || connection->state == HTTP_CONNECTION_LINGER;
    return address_same_ip(&group, &question->beside) && (is_done || claim->since_ms <= question->slow_since_ms);
}

struct http_connection *http_room_choose(const struct http_server *server) {
    return choose(server, &(struct question){.is_meant = is_anybody});
}

struct http_connection *http_room_choose_unshaken(const struct http_server *server) {
    return choose(server, &(struct question){.is_meant = is_unshaken});
}

struct http_connection *http_room_choose_beside(const struct http_server *server, const struct address *remote) {
    return choose(server, &(struct question){.is_meant = is_beside,
                                             .beside = prefix_of(remote, HTTP_ROOM_ADDRESS),
                                             .slow_since_ms = loop_now_ms(server->options.loop) - GRACE_MS});
}
