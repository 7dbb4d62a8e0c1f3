/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/switchboard.h"

#include <stdio.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "base/must.h"
#include "base/pace.h"
#include "crypto/hash.h"
#include "swarm/limits.h"
#include "swarm/mesh/seen_table.h"
#include "swarm/signaling/absent_queue.h"

#define NONE UINT32_MAX

static const struct pace_limit MESSAGES = {LIMIT_SIGNAL_MESSAGE_MS, LIMIT_SIGNAL_MESSAGE_BURST};
static const struct pace_limit FLOOD = {LIMIT_SIGNAL_FLOOD_MS, LIMIT_SIGNAL_FLOOD_BURST};

enum client_state { CLIENT_FREE, CLIENT_HERE, CLIENT_LEFT };

struct switchboard_client {
    enum client_state state;
    bool is_node; /* its id is a nodeId, and proven */
    struct signal_id id;
    struct signal_id_key key;
    struct sha256 token; /* of its bytes: nobody who sees our memory can use it elsewhere */
    uint32_t group;
    void *line;
    int64_t heard_ms; /* its last heartbeat */
    struct pace messages;
    struct pace flood;
    uint32_t newer; /* neighbours by `heard_ms`; `newer` of one that was given back: the next that was */
    uint32_t older;
};
struct switchboard {
    struct switchboard_options options;
    char key[SWITCHBOARD_KEY_SIZE_MAX + 1];
    char host_texts[LIMIT_SIGNAL_HOSTS][SIGNAL_HOST_SIZE_MAX + 1];
    const char *hosts[LIMIT_SIGNAL_HOSTS];
    struct map *places; /* of those who are here, by id */
    struct switchboard_client *clients;
    uint32_t free;  /* the first row that was given back; NONE: none */
    uint32_t fresh; /* from here on none was ever used */
    uint32_t newest;
    uint32_t oldest;
    struct client_groups *groups;
    struct absent_queue *queue;
    struct seen_table proofs; /* that were used, by the hash of their text */
    struct switchboard_counts counts;
    char why[256];
    uint8_t room[SIGNAL_RELAYED_SIZE_MAX]; /* of the message that is being passed on */
};

const char *switchboard_verdict_name(enum switchboard_verdict verdict) {
    static const char *const names[SWITCHBOARD_VERDICT_COUNT] = {
        [SWITCHBOARD_FINE] = "fine",           [SWITCHBOARD_INCOMPLETE] = "incomplete",
        [SWITCHBOARD_WRONG_KEY] = "wrong-key", [SWITCHBOARD_ID_TAKEN] = "id-taken",
        [SWITCHBOARD_UNPROVEN] = "unproven",   [SWITCHBOARD_BLOCKED] = "blocked",
        [SWITCHBOARD_FULL] = "full",           [SWITCHBOARD_TOO_MANY] = "too-many",
        [SWITCHBOARD_TOO_FAST] = "too-fast",   [SWITCHBOARD_SILENT] = "silent",
        [SWITCHBOARD_REPLACED] = "replaced",   [SWITCHBOARD_SLOW] = "slow",
    };
    return names[verdict];
}

/* ---- Making and freeing ---- */

static void words_copy(struct switchboard *board, const struct switchboard_options *options) {
    must_le(options->host_count, LIMIT_SIGNAL_HOSTS);
    must(span_copy_text(span_of_text(options->key), board->key, sizeof board->key));
    for (size_t i = 0; i < options->host_count; i++) {
        must(span_copy_text(span_of_text(options->hosts[i]), board->host_texts[i], sizeof board->host_texts[i]));
        board->hosts[i] = board->host_texts[i];
    }
}

static bool tables_make(struct switchboard *board) {
    const struct switchboard_options *options = &board->options;
    board->places = map_new(options->clients_max, SIGNAL_ID_KEY_SIZE, options->seed);
    board->clients = memory_try_zeroed(options->clients_max, sizeof *board->clients);
    board->groups = client_groups_new(options->clients_max + 1 + LIMIT_SIGNAL_WAITING_MAX, options->seed);
    if (board->places == NULL || board->clients == NULL || board->groups == NULL) return false;
    board->queue = absent_queue_new(&(struct absent_queue_options){.groups = board->groups, .seed = options->seed});
    return board->queue != NULL &&
           seen_table_init(&board->proofs, 2 * options->clients_max + 1024, 2 * SIGNAL_PROOF_AGE_MS_MAX, options->seed);
}

struct switchboard *switchboard_new(const struct switchboard_options *options) {
    must(options->clients_max > 0 && options->clients_max <= LIMIT_SIGNAL_CLIENTS_MAX);
    struct switchboard *board = memory_try_zeroed(1, sizeof *board);
    if (board == NULL) return NULL;
    board->options = *options;
    board->free = board->newest = board->oldest = NONE;
    words_copy(board, options);
    if (tables_make(board)) return board;
    switchboard_free(board);
    return NULL;
}

void switchboard_free(struct switchboard *board) {
    if (board == NULL) return;
    seen_table_deinit(&board->proofs);
    absent_queue_free(board->queue);
    client_groups_free(board->groups);
    memory_free(board->clients);
    map_free(board->places);
    memory_free(board);
}

/* ---- Clients ---- */

static struct switchboard_client *client_find(const struct switchboard *board, struct span id) {
    if (id.size == 0) return NULL;
    const struct signal_id_key key = signal_id_key_of(id, board->options.seed);
    uint32_t index;
    return map_find(board->places, &key, &index) ? &board->clients[index] : NULL;
}

static void heard_unlink(struct switchboard *board, const struct switchboard_client *client) {
    *(client->newer == NONE ? &board->newest : &board->clients[client->newer].older) = client->older;
    *(client->older == NONE ? &board->oldest : &board->clients[client->older].newer) = client->newer;
}

static void heard_link(struct switchboard *board, struct switchboard_client *client, int64_t now_ms) {
    const uint32_t index = (uint32_t)(client - board->clients);
    client->heard_ms = now_ms;
    client->newer = NONE;
    client->older = board->newest;
    *(client->older == NONE ? &board->oldest : &board->clients[client->older].newer) = index;
    board->newest = index;
}

/* Nobody has its id any more; its line is as it was. */
static void client_leave(struct switchboard *board, struct switchboard_client *client) {
    if (client->state == CLIENT_HERE) must(map_remove(board->places, &client->key));
    client->state = CLIENT_LEFT;
}

static void client_drop(struct switchboard *board, struct switchboard_client *client) {
    must(client->state != CLIENT_FREE);
    client_leave(board, client);
    heard_unlink(board, client);
    client_groups_leave(board->groups, client->group);
    client->state = CLIENT_FREE;
    client->newer = board->free;
    board->free = (uint32_t)(client - board->clients);
    board->counts.clients--;
}

static void client_end(struct switchboard *board, struct switchboard_client *client, enum switchboard_verdict why) {
    void *line = client->line;
    client_drop(board, client);
    board->counts.ended[why]++;
    board->options.hang_up(board->options.context, line, why);
}

static bool client_send(struct switchboard *board, struct switchboard_client *client, struct span text) {
    if (board->options.send(board->options.context, client->line, text)) return true;
    client_end(board, client, SWITCHBOARD_SLOW);
    return false;
}

/* EXPIRE or LEAVE from somebody who is not there; the client may be gone after it. */
static void client_tell(struct switchboard *board, struct switchboard_client *client, enum signal_kind kind,
                        struct span about) {
    uint8_t memory[2 * 6 * SIGNAL_ID_SIZE_MAX + 64];
    struct buffer out = buffer_over(memory, sizeof memory);
    signal_message_write(&out, kind, about, signal_id_span(&client->id), SPAN_NONE);
    must(!out.overflowed);
    board->counts.expired += kind == SIGNAL_EXPIRE;
    (void)client_send(board, client, buffer_span(&out));
}

/* ---- Coming in ---- */

static bool is_complete(const struct switchboard_hello *hello) {
    return hello->key.size > 0 && hello->key.size <= SWITCHBOARD_KEY_SIZE_MAX && hello->id.size > 0 &&
           hello->id.size <= SIGNAL_ID_SIZE_MAX && utf8_is_valid(hello->id) && hello->token.size > 0 &&
           hello->token.size <= SWITCHBOARD_TOKEN_SIZE_MAX;
}

/* A proof is good once: who reads it on its way (in a proxy's log, say) cannot come as the node. */
static enum refusal proof_judge(struct switchboard *board, const struct switchboard_hello *hello,
                                const struct sha256 *token, int64_t now_ms) {
    struct object_half name;
    memcpy(name.bytes, token->bytes, sizeof name.bytes);
    if (seen_table_has(&board->proofs, &name, now_ms)) return REFUSAL_SIGNAL_PROOF_USED;
    const enum refusal refusal = signal_proof_check(hello->token, hello->id, board->hosts, board->options.host_count,
                                                    &board->options.verifier, hello->wall_ms);
    if (refusal == REFUSAL_NONE) seen_table_add(&board->proofs, &name, now_ms);
    return refusal;
}

static enum switchboard_verdict node_judge(struct switchboard *board, const struct switchboard_hello *hello,
                                           const struct node_id *id, const struct sha256 *token, int64_t now_ms) {
    const enum refusal refusal = proof_judge(board, hello, token, now_ms);
    board->counts.proofs_refused[refusal] += refusal != REFUSAL_NONE;
    (void)snprintf(board->why, sizeof board->why, "ID is taken: it is a node's, and the token does not prove it (%s)",
                   refusal_name(refusal));
    if (refusal != REFUSAL_NONE) return SWITCHBOARD_UNPROVEN;
    if (board->options.is_blocked == NULL || !board->options.is_blocked(board->options.context, id))
        return SWITCHBOARD_FINE;
    return SWITCHBOARD_BLOCKED;
}

/* Whether the id may be had; an older line of it is hung up on. */
static enum switchboard_verdict id_judge(struct switchboard *board, const struct switchboard_hello *hello,
                                         const struct sha256 *token, bool *is_node, int64_t now_ms) {
    struct node_id node;
    struct switchboard_client *older = client_find(board, hello->id);
    *is_node = node_id_read(hello->id, &node);
    if (*is_node) {
        const enum switchboard_verdict verdict = node_judge(board, hello, &node, token, now_ms);
        if (verdict != SWITCHBOARD_FINE) return verdict;
    } else if (older != NULL && memcmp(older->token.bytes, token->bytes, sizeof token->bytes) != 0) {
        return SWITCHBOARD_ID_TAKEN;
    }
    if (older != NULL) client_end(board, older, SWITCHBOARD_REPLACED);
    return board->counts.clients == board->options.clients_max ? SWITCHBOARD_FULL : SWITCHBOARD_FINE;
}

static struct switchboard_client *client_make(struct switchboard *board, const struct switchboard_hello *hello,
                                              const struct sha256 *token, uint32_t group, int64_t now_ms) {
    const uint32_t index = board->free != NONE ? board->free : board->fresh++;
    struct switchboard_client *client = &board->clients[index];
    if (index == board->free) board->free = client->newer;
    *client = (struct switchboard_client){.state = CLIENT_HERE,
                                          .id = signal_id_of(hello->id),
                                          .key = signal_id_key_of(hello->id, board->options.seed),
                                          .token = *token,
                                          .group = group,
                                          .line = hello->line};
    must(map_put(board->places, &client->key, index));
    heard_link(board, client, now_ms);
    board->counts.joined++;
    board->counts.clients++;
    if (board->counts.clients > board->counts.clients_peak) board->counts.clients_peak = board->counts.clients;
    return client;
}

/* OPEN, and what waited. What does not fit the line stays, and expires. */
static bool client_welcome(struct switchboard *board, const struct switchboard_client *client) {
    bool is_sent = board->options.send(board->options.context, client->line, SPAN_LITERAL("{\"type\":\"OPEN\"}"));
    for (;;) {
        struct buffer text = buffer_over(board->room, sizeof board->room);
        if (!is_sent || !absent_queue_take(board->queue, signal_id_span(&client->id), &text)) return is_sent;
        is_sent = board->options.send(board->options.context, client->line, buffer_span(&text));
        board->counts.relayed += is_sent;
    }
}

static enum switchboard_verdict join(struct switchboard *board, const struct switchboard_hello *hello,
                                     struct switchboard_client **client, int64_t now_ms) {
    uint32_t group = CLIENT_GROUP_NONE;
    bool is_node;
    if (!is_complete(hello)) return SWITCHBOARD_INCOMPLETE;
    if (!span_equal_text(hello->key, board->key)) return SWITCHBOARD_WRONG_KEY;
    switch (client_groups_enter(board->groups, &hello->from, &group, now_ms)) {
    case CLIENT_GROUP_WELCOME: break;
    case CLIENT_GROUP_TOO_MANY: return SWITCHBOARD_TOO_MANY;
    case CLIENT_GROUP_TOO_FAST: return SWITCHBOARD_TOO_FAST;
    }
    const struct sha256 token = hash_sha256(hello->token);
    const enum switchboard_verdict verdict = id_judge(board, hello, &token, &is_node, now_ms);
    if (verdict != SWITCHBOARD_FINE) {
        client_groups_leave(board->groups, group);
        return verdict;
    }
    *client = client_make(board, hello, &token, group, now_ms);
    (*client)->is_node = is_node;
    if (client_welcome(board, *client)) return SWITCHBOARD_FINE;
    client_drop(board, *client);
    return SWITCHBOARD_SLOW;
}

/* The reference's words, where it has any. */
static const char *why_of(const struct switchboard *board, enum switchboard_verdict verdict) {
    switch (verdict) {
    case SWITCHBOARD_INCOMPLETE: return "No id, token, or key supplied to websocket server";
    case SWITCHBOARD_WRONG_KEY: return "Invalid key provided";
    case SWITCHBOARD_ID_TAKEN: return "ID is taken";
    case SWITCHBOARD_UNPROVEN: return board->why;
    case SWITCHBOARD_BLOCKED: return "This node is blocked here";
    case SWITCHBOARD_FULL: return "Server has reached its concurrent user limit";
    case SWITCHBOARD_TOO_MANY: return "Too many clients of this address";
    case SWITCHBOARD_TOO_FAST: return "Too many connections from this address in a short time; try again later";
    case SWITCHBOARD_FINE:
    case SWITCHBOARD_SILENT:
    case SWITCHBOARD_REPLACED:
    case SWITCHBOARD_SLOW:
    case SWITCHBOARD_VERDICT_COUNT: break;
    }
    return "";
}

enum switchboard_verdict switchboard_join(struct switchboard *board, const struct switchboard_hello *hello,
                                          struct switchboard_client **client, struct span *why, int64_t now_ms) {
    const enum switchboard_verdict verdict = join(board, hello, client, now_ms);
    struct buffer text = buffer_over(board->room, sizeof board->room);
    *why = SPAN_NONE;
    if (verdict == SWITCHBOARD_FINE) return verdict;
    const bool is_taken = verdict == SWITCHBOARD_ID_TAKEN || verdict == SWITCHBOARD_UNPROVEN;
    *client = NULL;
    board->counts.refused[verdict]++;
    signal_message_write_why(&text, is_taken ? SIGNAL_ID_TAKEN : SIGNAL_ERROR, why_of(board, verdict));
    *why = buffer_span(&text);
    return verdict;
}

/* ---- Passing on ---- */

/* One sender hears that nobody came. False: nothing waits any more. */
static bool expire_one(struct switchboard *board) {
    struct signal_id dst, src;
    if (!absent_queue_expire(board->queue, &dst, &src)) return false;
    struct switchboard_client *client = client_find(board, signal_id_span(&src));
    if (client != NULL) client_tell(board, client, SIGNAL_EXPIRE, signal_id_span(&dst));
    return true;
}

static void keep(struct switchboard *board, struct switchboard_client *client, struct span dst, struct span text,
                 int64_t now_ms) {
    const struct absent_message message = {dst, signal_id_span(&client->id), client->group, text};
    enum absent_verdict verdict;
    while ((verdict = absent_queue_add(board->queue, &message, now_ms)) == ABSENT_FULL)
        if (!expire_one(board) || client->state == CLIENT_FREE) return;
    if (verdict != ABSENT_KEPT) client_tell(board, client, SIGNAL_EXPIRE, dst);
}

static void deliver(struct switchboard *board, struct switchboard_client *client, struct switchboard_client *called,
                    struct span text) {
    const struct signal_id id = called->id;
    board->counts.relayed++;
    if (client_send(board, called, text) || client->state == CLIENT_FREE) return;
    client_tell(board, client, SIGNAL_LEAVE, signal_id_span(&id));
}

static void relay(struct switchboard *board, struct switchboard_client *client, const struct signal_message *message,
                  int64_t now_ms) {
    struct switchboard_client *called = client_find(board, message->peer);
    struct buffer text = buffer_over(board->room, sizeof board->room);
    signal_message_write(&text, message->kind, signal_id_span(&client->id), message->peer, message->payload);
    must(!text.overflowed);
    if (called != NULL) {
        deliver(board, client, called, buffer_span(&text));
    } else if (message->kind != SIGNAL_LEAVE && message->kind != SIGNAL_EXPIRE && message->peer.size > 0) {
        keep(board, client, message->peer, buffer_span(&text), now_ms);
    }
}

static bool is_relayed(const struct switchboard_client *client, const struct signal_message *message, bool is_paced) {
    return client->state == CLIENT_HERE && is_paced && signal_kind_is_relayed(message->kind);
}

static void act(struct switchboard *board, struct switchboard_client *client, const struct signal_message *message,
                bool is_paced, int64_t now_ms) {
    if (message->kind == SIGNAL_HEARTBEAT) {
        heard_unlink(board, client);
        heard_link(board, client, now_ms);
    } else if (!is_relayed(client, message, is_paced)) {
        board->counts.ignored++;
    } else if (message->kind == SIGNAL_LEAVE && message->peer.size == 0) {
        client_leave(board, client);
    } else {
        relay(board, client, message, now_ms);
    }
}

void switchboard_take(struct switchboard *board, struct switchboard_client *client, struct span text, int64_t now_ms) {
    struct signal_message message;
    uint8_t id_memory[SIGNAL_ID_SIZE_MAX];
    must(client->state != CLIENT_FREE);
    const bool has_pace = client->group != CLIENT_GROUP_NONE;
    if (has_pace && !pace_take(&client->flood, &FLOOD, now_ms)) {
        client_end(board, client, SWITCHBOARD_TOO_FAST);
        return;
    }
    const bool is_paced = !has_pace || pace_take(&client->messages, &MESSAGES, now_ms);
    if (signal_message_read(text, SIGNAL_END_SERVER, id_memory, &message) == REFUSAL_NONE)
        act(board, client, &message, is_paced, now_ms);
    else
        board->counts.ignored++;
}

void switchboard_gone(struct switchboard *board, struct switchboard_client *client) {
    client_drop(board, client);
}

/* ---- Time, blocks, looks ---- */

static int64_t silent_ms(const struct switchboard *board) {
    return board->oldest == NONE ? INT64_MAX : board->clients[board->oldest].heard_ms + LIMIT_SIGNAL_ALIVE_MS;
}

int64_t switchboard_next_ms(const struct switchboard *board) {
    const int64_t silent = silent_ms(board), due = absent_queue_due_ms(board->queue);
    return silent < due ? silent : due;
}

void switchboard_step(struct switchboard *board, int64_t now_ms) {
    while (silent_ms(board) <= now_ms) client_end(board, &board->clients[board->oldest], SWITCHBOARD_SILENT);
    while (absent_queue_due_ms(board->queue) <= now_ms && expire_one(board)) {
    }
}

void switchboard_blocks_changed(struct switchboard *board) {
    if (board->options.is_blocked == NULL) return;
    for (size_t i = 0; i < board->fresh; i++) {
        struct switchboard_client *client = &board->clients[i];
        struct node_id id;
        if (client->state == CLIENT_FREE || !client->is_node) continue;
        must(node_id_read(signal_id_span(&client->id), &id));
        if (board->options.is_blocked(board->options.context, &id)) client_end(board, client, SWITCHBOARD_BLOCKED);
    }
}

bool switchboard_next_id(const struct switchboard *board, size_t *at, struct span *id) {
    for (; *at < board->fresh; (*at)++) {
        const struct switchboard_client *client = &board->clients[*at];
        if (client->state != CLIENT_HERE) continue;
        *id = signal_id_span(&client->id);
        (*at)++;
        return true;
    }
    return false;
}

void switchboard_count(const struct switchboard *board, struct switchboard_counts *counts) {
    *counts = board->counts;
    counts->waiting = absent_queue_count(board->queue);
}
