/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/signaling/signal_client.h"

#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/memory.h"
#include "base/pace.h"
#include "crypto/entropy.h"
#include "daemon/websocket/web_socket.h"
#include "swarm/signaling/endpoint_url.h"
#include "swarm/signaling/signal_complaint.h"
#include "swarm/signaling/signal_proof.h"

_Static_assert((int)SIGNAL_HOST_SIZE_MAX == (int)ENDPOINT_HOST_MAX, "a proof names the host of a URL");

static const struct pace_limit arrivals = {.interval_ms = 1000 / SIGNAL_CLIENT_RATE, .burst = SIGNAL_CLIENT_BURST};

struct signal_client {
    struct signal_client_options options;
    char peer_id[SIGNAL_ID_SIZE_MAX + 1];
    struct endpoint_set set;
    struct prng prng;
    struct loop_timer *timer;
    struct web_socket *socket;                         /* NULL: none */
    size_t endpoint;                                   /* whose it is */
    char token[SIGNAL_PROOF_SIZE_MAX];                 /* of that connection */
    bool is_again;                                     /* that token was let in there before */
    char tokens[ENDPOINTS_MAX][SIGNAL_PROOF_SIZE_MAX]; /* that each let in last; "": none */
    bool was_taken[ENDPOINTS_MAX];                     /* the last attempt there ended because our id was */
    struct pace pace;                                  /* of what it sends */
    struct signal_counts counts;
    bool is_held;
    size_t told_used;                   /* that was in use when last told; ENDPOINT_NONE: none since it was lost */
    int64_t lost_ms;                    /* when that was lost */
    int64_t told_failed[ENDPOINTS_MAX]; /* the fault that was told last: when it began to wait */
    bool is_away_told;
};

static int64_t now_of(const struct signal_client *client) {
    return loop_now_ms(client->options.loop);
}

/* ---- Telling ---- */

static void emit(struct signal_client *client, enum event_code code, int64_t figure, const char *text) {
    struct event event = {.code = (uint16_t)code, .at_ms = loop_wall_ms(client->options.loop), .figures = {figure}};
    if (client->options.events == NULL) return;
    event_set_text(&event, text);
    event_log_add(client->options.events, &event);
}

static void tell_fault(struct signal_client *client, size_t index) {
    const struct endpoint *row = &client->set.rows[index];
    char text[EVENT_TEXT_MAX + 1];
    const bool was_used = client->told_used == index, is_taken = row->takes > 0;
    (void)snprintf(text, sizeof text, "%.48s: %.76s", row->url, row->why);
    client->counts.faults++;
    if (was_used) {
        client->told_used = ENDPOINT_NONE;
        client->lost_ms = row->since_ms;
    }
    emit(client,
         is_taken   ? EVENT_SIGNALING_TAKEN
         : was_used ? EVENT_SIGNALING_LOST
                    : EVENT_SIGNALING_FAILED,
         row->failures, text);
}

/* Each fault once; and once that none is left to be tried. */
static void tell_faults(struct signal_client *client) {
    size_t waiting = 0;
    for (size_t i = 0; i < client->set.count; i++) {
        const struct endpoint *row = &client->set.rows[i];
        if (row->state != ENDPOINT_WAITING) continue;
        waiting++;
        if (client->told_failed[i] == row->since_ms) continue;
        client->told_failed[i] = row->since_ms;
        tell_fault(client, i);
    }
    if (waiting < client->set.count || client->is_away_told) return;
    client->is_away_told = true;
    emit(client, EVENT_SIGNALING_AWAY, (int64_t)waiting, "");
}

static void tell_open(struct signal_client *client, bool is_failover) {
    const struct endpoint *row = &client->set.rows[client->endpoint];
    emit(client, is_failover ? EVENT_SIGNALING_FAILOVER : EVENT_SIGNALING_OPEN,
         is_failover ? row->since_ms - client->lost_ms : row->latency_ms, row->url);
    client->told_used = client->endpoint;
    client->is_away_told = false;
    client->counts.opened++;
}

/* ---- Doing what the set says ---- */

static void run(struct signal_client *client);

/* `is_taken`: because our id was. */
static void drop(struct signal_client *client, bool is_taken) {
    if (client->endpoint != ENDPOINT_NONE) client->was_taken[client->endpoint] = is_taken;
    web_socket_drop(client->socket);
    client->socket = NULL;
    client->endpoint = ENDPOINT_NONE;
}

static void fail(struct signal_client *client, enum endpoint_fault fault, const char *why) {
    const size_t endpoint = client->endpoint;
    drop(client, fault == ENDPOINT_TAKEN);
    endpoint_set_failed(&client->set, endpoint, fault, why, &client->prng, now_of(client));
    run(client);
}

static void say(struct signal_client *client, enum signal_kind kind) {
    uint8_t memory[64];
    struct buffer text = buffer_over(memory, sizeof memory);
    signal_message_write(&text, kind, SPAN_NONE, SPAN_NONE, SPAN_NONE);
    (void)!web_socket_send(client->socket, WEB_SOCKET_TEXT, buffer_span(&text)); /* who reads nothing falls silent */
}

/* ---- What a server says ---- */

static void complained(struct signal_client *client, const struct signal_message *message) {
    char said[SIGNAL_COMPLAINT_MAX + 1], why[ENDPOINT_WHY_MAX];
    const bool is_taken = message->kind == SIGNAL_ID_TAKEN;
    signal_complaint_read(message->payload, said);
    (void)snprintf(why, sizeof why, "%s: %.56s",
                   is_taken                              ? "this node's id is taken there"
                   : message->kind == SIGNAL_INVALID_KEY ? "it refuses this node (INVALID-KEY)"
                                                         : "it refuses this node",
                   said[0] == '\0' ? "no reason given" : said);
    fail(client, is_taken ? ENDPOINT_TAKEN : ENDPOINT_REFUSED, why);
}

static void opened_by_server(struct signal_client *client) {
    const struct endpoint *row = &client->set.rows[client->endpoint];
    if (row->state != ENDPOINT_CONNECTING) return;
    const uint32_t failovers = client->set.failovers;
    memcpy(client->tokens[client->endpoint], client->token, sizeof client->token);
    endpoint_set_opened(&client->set, client->endpoint, now_of(client));
    tell_open(client, client->set.failovers > failovers);
    run(client);
}

/* Who is relayed to has been let in, if not by an OPEN: see connected. */
static void relayed(struct signal_client *client, const struct signal_message *message) {
    if (client->is_again) opened_by_server(client);
    if (client->set.rows[client->endpoint].state != ENDPOINT_IN_USE || client->is_held) return;
    client->counts.came++;
    if (client->options.message != NULL) client->options.message(client->options.context, message);
}

static void said(void *context, struct web_socket *socket, enum web_socket_kind kind, struct span bytes) {
    struct signal_client *client = context;
    uint8_t id_memory[SIGNAL_ID_SIZE_MAX];
    struct signal_message message;
    if (socket != client->socket) return;
    endpoint_set_heard(&client->set, client->endpoint, now_of(client));
    if (!pace_take(&client->pace, &arrivals, now_of(client))) {
        client->counts.dropped++;
        return;
    }
    if (kind != WEB_SOCKET_TEXT || signal_message_read(bytes, SIGNAL_END_CLIENT, id_memory, &message) != REFUSAL_NONE) {
        client->counts.refused++;
        return;
    }
    switch (message.kind) {
    case SIGNAL_OPEN: opened_by_server(client); return;
    case SIGNAL_ID_TAKEN:
    case SIGNAL_INVALID_KEY:
    case SIGNAL_ERROR: complained(client, &message); return;
    case SIGNAL_OFFER:
    case SIGNAL_ANSWER:
    case SIGNAL_CANDIDATE:
    case SIGNAL_LEAVE:
    case SIGNAL_EXPIRE: relayed(client, &message); return;
    case SIGNAL_HEARTBEAT:
    case SIGNAL_KIND_COUNT: return;
    }
}

static void ponged(void *context, struct web_socket *socket) {
    struct signal_client *client = context;
    if (socket != client->socket) return;
    if (client->is_again) opened_by_server(client); /* of no effect when it is open */
    const bool was_doubted = client->set.is_doubted;
    endpoint_set_answered(&client->set, client->endpoint, now_of(client));
    if (was_doubted && client->options.changed != NULL) client->options.changed(client->options.context);
}

/* An open WebSocket is no place at a server yet: that is what OPEN says. But PeerServer says none to who comes again
 * with the token of a connection that it still has; it has refused before it answers a ping, or not at all. */
static void connected(void *context, struct web_socket *socket) {
    const struct signal_client *client = context;
    if (client->is_again) (void)!web_socket_ping(socket);
}

static void gone(void *context, struct web_socket *socket, int code, const char *why) {
    struct signal_client *client = context;
    (void)code;
    if (socket != client->socket) return;
    client->socket = NULL; /* it is gone with the call */
    fail(client, ENDPOINT_LOST, why);
}

/* ---- Connecting ---- */

static void token_write(const struct signal_client *client, const char *url, char token[SIGNAL_PROOF_SIZE_MAX]) {
    char host[ENDPOINT_HOST_MAX + 1];
    if (client->options.key != NULL) {
        endpoint_url_host(span_of_text(url), host);
        signal_proof_write(token, client->options.key, span_of_text(host), loop_wall_ms(client->options.loop));
        return;
    }
    uint8_t random[16];
    const struct entropy entropy = entropy_of_system();
    struct buffer out = buffer_over((uint8_t *)token, SIGNAL_PROOF_SIZE_MAX - 1);
    entropy_fill(&entropy, random, sizeof random);
    base64url_write(&out, (struct span){random, sizeof random});
    token[out.size] = '\0';
}

/* A token is of one connection: a server that checks it takes each once. One that does not, and has not noticed the end
 * of our last connection, says that our id is taken, and would take that one's token again: a new one and the last have
 * their turns. */
static void choose_token(struct signal_client *client, size_t endpoint) {
    const char *const before = client->tokens[endpoint];
    const bool has_turn = client->was_taken[endpoint] && client->set.rows[endpoint].takes % 2 == 1;
    client->is_again = has_turn && before[0] != '\0';
    if (client->is_again)
        memcpy(client->token, before, sizeof client->token);
    else
        token_write(client, client->set.rows[endpoint].url, client->token);
}

static void connect_to(struct signal_client *client, size_t endpoint) {
    static const struct web_socket_callbacks callbacks = {
        .opened = connected, .message = said, .closed = gone, .ponged = ponged};
    const char *address = client->set.rows[endpoint].url;
    uint8_t url[ENDPOINT_SOCKET_URL_MAX] = {0};
    struct buffer out = buffer_over(url, sizeof url - 1);
    choose_token(client, endpoint);
    endpoint_url_write_socket(&out, span_of_text(address), span_of_text(client->peer_id), span_of_text(client->token));
    const struct web_socket_options options = {.message_bytes_max = SIGNAL_RELAYED_SIZE_MAX,
                                               .waiting_bytes_max = SIGNAL_CLIENT_WAITING_MAX,
                                               .callbacks = callbacks,
                                               .context = client};
    client->counts.attempts++;
    client->endpoint = endpoint;
    client->pace = (struct pace){0};
    client->socket = out.overflowed ? NULL : web_socket_dial(client->options.streams, (const char *)url, &options);
    if (client->socket == NULL)
        endpoint_set_failed(&client->set, endpoint, ENDPOINT_LOST, "no memory for the connection", &client->prng,
                            now_of(client));
}

static void set_timer(struct signal_client *client) {
    const int64_t deadline_ms = endpoint_set_deadline_ms(&client->set), now_ms = now_of(client);
    if (deadline_ms == INT64_MAX)
        loop_timer_stop(client->timer);
    else
        loop_timer_start(client->timer, deadline_ms > now_ms ? deadline_ms - now_ms : 0);
}

/* True: there may be more to do. */
static bool perform(struct signal_client *client, struct endpoint_step step) {
    switch (step.verb) {
    case ENDPOINT_REST: return false;
    case ENDPOINT_CONNECT: connect_to(client, step.endpoint); return true;
    case ENDPOINT_DROP: drop(client, false); return true;
    case ENDPOINT_BEAT: say(client, SIGNAL_HEARTBEAT); return true;
    case ENDPOINT_ASK: (void)!web_socket_ping(client->socket); return true; /* unsent it is unanswered */
    }
    return false;
}

static void run(struct signal_client *client) {
    bool has_more = true;
    while (has_more) {
        has_more = perform(client, endpoint_set_next(&client->set, &client->prng, now_of(client)));
        tell_faults(client);
    }
    set_timer(client);
    if (client->options.changed != NULL) client->options.changed(client->options.context);
}

static void due(void *context) {
    run(context);
}

/* ---- The owner ---- */

enum err signal_client_new(struct signal_client **client_out, const struct signal_client_options *options,
                           struct err_detail *detail) {
    struct signal_client *client = memory_try_zeroed(1, sizeof *client);
    *client_out = NULL;
    if (client == NULL) return err_set(detail, ERR_MEMORY, "no memory for the signaling client");
    client->options = *options;
    client->prng = prng_seeded(options->seed);
    client->endpoint = client->told_used = ENDPOINT_NONE;
    const bool is_good =
        span_copy_text(span_of_text(options->peer_id), client->peer_id, sizeof client->peer_id) &&
        endpoint_set_init(&client->set, options->urls, options->url_count, options->remembered, now_of(client));
    if (!is_good) {
        memory_free(client);
        return err_set(detail, ERR_LIMIT, "the signaling endpoints, or this node's id there, are too long or too many");
    }
    client->timer = loop_timer_open(options->loop, due, client);
    loop_timer_start(client->timer, 0);
    *client_out = client;
    return ERR_OK;
}

bool signal_client_send(struct signal_client *client, const struct signal_message *message) {
    if (client->is_held || client->set.is_doubted || endpoint_set_in_use(&client->set) == ENDPOINT_NONE) return false;
    const size_t size = SIGNAL_RELAYED_SIZE_MAX;
    uint8_t *memory = memory_try_room(size);
    struct buffer text = buffer_over(memory, memory == NULL ? 0 : size);
    if (memory == NULL) return false;
    signal_message_write(&text, message->kind, SPAN_NONE, message->peer, message->payload);
    const bool is_sent = !text.overflowed && text.size <= SIGNAL_MESSAGE_SIZE_MAX &&
                         web_socket_send(client->socket, WEB_SOCKET_TEXT, buffer_span(&text));
    memory_free(memory);
    client->counts.sent += is_sent;
    return is_sent;
}

const struct endpoint_set *signal_client_look(const struct signal_client *client) {
    return &client->set;
}

struct signal_counts signal_client_count(const struct signal_client *client) {
    return client->counts;
}

void signal_client_stop(struct signal_client *client) {
    if (client->set.is_stopped) return;
    endpoint_set_stop(&client->set, now_of(client));
    client->told_used = ENDPOINT_NONE;
    run(client);
}

void signal_client_resume(struct signal_client *client) {
    endpoint_set_resume(&client->set, now_of(client));
    run(client);
}

void signal_client_hold(struct signal_client *client, bool is_held) {
    client->is_held = is_held;
}

bool signal_client_use(struct signal_client *client, size_t endpoint) {
    if (!endpoint_set_choose(&client->set, endpoint, now_of(client))) return false;
    run(client);
    return true;
}

void signal_client_retry(struct signal_client *client) {
    endpoint_set_retry(&client->set, now_of(client));
    loop_timer_start(client->timer, 0);
}

void signal_client_free(struct signal_client *client) {
    if (client == NULL) return;
    web_socket_drop(client->socket);
    loop_timer_close(client->timer);
    memory_free(client);
}
