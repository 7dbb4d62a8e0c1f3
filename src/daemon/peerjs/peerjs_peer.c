/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peerjs/peerjs_peer.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/peerjs/state.h"

static struct data_connection *find_rtc(const struct peerjs_peer *p, uint32_t rtc_peer) {
    for (size_t i = 0; i < p->count; i++)
        if (p->connections[i]->rtc_peer == rtc_peer) return p->connections[i];
    return NULL;
}

/* One that closes has given its name up: another may have it already. */
static struct data_connection *find(const struct peerjs_peer *p, struct span peer, const char *connection_id) {
    for (size_t i = 0; i < p->count; i++) {
        struct data_connection *c = p->connections[i];
        if (c->state != DATA_CLOSING && span_equal_text(peer, c->peer) && strcmp(c->connection_id, connection_id) == 0)
            return c;
    }
    return NULL;
}

static bool has_room_for(const struct peerjs_peer *p, struct span peer) {
    size_t count = 0;
    for (size_t i = 0; i < p->count; i++) count += span_equal_text(peer, p->connections[i]->peer);
    return !p->is_closing && p->count < PEERJS_CONNECTIONS_MAX && count < PEERJS_CONNECTIONS_PER_PEER;
}

void peerjs_peer_wake(struct peerjs_peer *p, int64_t delay_ms) {
    const int64_t at_ms = loop_now_ms(p->options.loop) + delay_ms;
    if (p->wake_ms != 0 && p->wake_ms <= at_ms) return;
    p->wake_ms = at_ms;
    loop_timer_start(p->timer, delay_ms);
}

static struct data_connection *connection_add(struct peerjs_peer *p, struct span peer, struct span metadata) {
    struct data_connection *c = memory_zeroed(1, sizeof *c);
    c->owner = p;
    send_queue_init(&c->queue, &p->out_budget);
    must(span_copy_text(peer, c->peer, sizeof c->peer));
    c->metadata_size = metadata.size;
    if (metadata.size > 0) {
        c->metadata = memory_room(metadata.size);
        memcpy(c->metadata, metadata.at, metadata.size);
    }
    p->connections[p->count++] = c;
    return c;
}

static void connection_free(struct data_connection *c) {
    data_connection_drop_unsaid(c);
    send_queue_deinit(&c->queue);
    peerjs_chunks_free(c->chunks);
    memory_free(c->metadata);
    memory_free(c);
}

static void connection_remove(struct data_connection *c) {
    struct peerjs_peer *p = c->owner;
    size_t at = 0;
    while (at < p->count && p->connections[at] != c) at++;
    must(at < p->count);
    p->count--;
    memmove(&p->connections[at], &p->connections[at + 1], (p->count - at) * sizeof p->connections[0]);
    connection_free(c);
}

static bool rtc_begin(struct data_connection *c) {
    const struct peerjs_peer_options *o = &c->owner->options;
    const struct rtc_peer_options options = {.is_offering = c->is_dialled,
                                             .is_relay_only = o->is_relay_only,
                                             .has_loopback = o->has_loopback,
                                             .servers = c->owner->servers,
                                             .server_count = c->owner->server_count};
    struct peerjs_peer *p = c->owner;
    if (peerjs_peer_load(p, &p->trouble) != ERR_OK) return false;
    c->rtc_peer = rtc_open(p->rtc, &options);
    return c->rtc_peer != 0;
}

static void give_candidate(void *context, struct span candidate) {
    struct data_connection *c = context;
    rtc_candidate(c->owner->rtc, c->rtc_peer, candidate);
}

static void answer(struct peerjs_peer *p, struct span peer, const struct peerjs_offer *offer) {
    const struct peerjs_callbacks *callbacks = &p->options.callbacks;
    struct data_connection *c = connection_add(p, peer, offer->metadata);
    c->serialization = offer->serialization;
    c->is_reliable = offer->is_reliable;
    memcpy(c->connection_id, offer->connection_id, sizeof c->connection_id);
    memcpy(c->label, offer->label, sizeof c->label);
    if (callbacks->offered == NULL || !callbacks->offered(p->options.context, c) || !rtc_begin(c)) {
        connection_remove(c);
        return;
    }
    rtc_describe(p->rtc, c->rtc_peer, offer->sdp);
    early_candidates_take(&p->early, c->peer, c->connection_id, give_candidate, c, loop_now_ms(p->options.loop));
}

/* Whether an offer for it is for another path beneath it (RFC 8445, 2.4), which ends nothing. One that we dialled is
 * never offered by the other end before it is open over there. */
static bool is_renewable(const struct data_connection *c) {
    return c->state == DATA_OPEN || c->is_dialled;
}

static void heard_offer(struct peerjs_peer *p, struct span peer, struct span payload, struct arena *arena) {
    struct peerjs_offer offer;
    if (peerjs_offer_read(payload, arena, &offer) != PEERJS_FAULT_NONE) return;
    struct data_connection *old = find(p, peer, offer.connection_id);
    if (old != NULL && is_renewable(old)) {
        if (old->state == DATA_OPEN || old->is_answered) rtc_describe(p->rtc, old->rtc_peer, offer.sdp);
        return;
    }
    if (old != NULL) data_connection_end(old, DATA_END_REPLACED, "");
    if (has_room_for(p, peer)) answer(p, peer, &offer);
}

static void heard_answer(struct peerjs_peer *p, struct span peer, struct span payload, struct arena *arena) {
    struct peerjs_answer said;
    if (peerjs_answer_read(payload, arena, &said) != PEERJS_FAULT_NONE) return;
    struct data_connection *c = find(p, peer, said.connection_id);
    if (c == NULL || !(c->is_dialled || c->state == DATA_OPEN)) return;
    c->is_answered = true;
    c->left_by_ms = 0;
    rtc_describe(p->rtc, c->rtc_peer, said.sdp);
}

static void heard_candidate(struct peerjs_peer *p, struct span peer, struct span payload, struct arena *arena) {
    struct peerjs_candidate candidate;
    if (peerjs_candidate_read(payload, arena, &candidate) != PEERJS_FAULT_NONE) return;
    struct data_connection *c = find(p, peer, candidate.connection_id);
    if (c != NULL)
        rtc_candidate(p->rtc, c->rtc_peer, candidate.candidate);
    else
        (void)early_candidates_add(&p->early, peer, &candidate, loop_now_ms(p->options.loop));
}

/* One that is open needs no server any more, so none can end it. One that opens may be open already at the other end,
 * whose word to the server overtakes what the channel has to tell us: it gets the time to finish. */
static void peer_left(struct peerjs_peer *p, struct data_connection *c) {
    if (c->left_by_ms != 0) return;
    c->left_by_ms = loop_now_ms(p->options.loop) + DATA_LEFT_MS;
    peerjs_peer_wake(p, DATA_LEFT_MS);
}

static void heard_leave(struct peerjs_peer *p, struct span peer) {
    for (size_t i = 0; i < p->count; i++) {
        struct data_connection *c = p->connections[i];
        if (c->state == DATA_CONNECTING && span_equal_text(peer, c->peer)) peer_left(p, c);
    }
}

/* What we said to that peer was thrown away: whom we dialled is not there, or has left after its answer. */
static void heard_expire(struct peerjs_peer *p, struct span peer) {
    for (size_t i = 0; i < p->count; i++) {
        struct data_connection *c = p->connections[i];
        if (!c->is_dialled || c->state != DATA_CONNECTING || !span_equal_text(peer, c->peer)) continue;
        if (c->is_answered)
            peer_left(p, c);
        else
            data_connection_end(c, DATA_END_UNAVAILABLE, "");
    }
}

void peerjs_peer_heard(struct peerjs_peer *p, const struct signal_message *message) {
    if (message->peer.size == 0 || message->peer.size > SIGNAL_ID_SIZE_MAX ||
        memchr(message->peer.at, '\0', message->peer.size) != NULL)
        return;
    void (*heard)(struct peerjs_peer *, struct span, struct span, struct arena *) = NULL;
    if (message->kind == SIGNAL_OFFER) heard = heard_offer;
    if (message->kind == SIGNAL_ANSWER) heard = heard_answer;
    if (message->kind == SIGNAL_CANDIDATE) heard = heard_candidate;
    if (p->rtc != NULL) rtc_hear(p->rtc); /* what has opened is open, before anything is judged by that */
    if (message->kind == SIGNAL_LEAVE) heard_leave(p, message->peer);
    if (message->kind == SIGNAL_EXPIRE) heard_expire(p, message->peer);
    if (heard == NULL) return;
    void *memory = memory_try_room(PEERJS_PAYLOAD_ARENA);
    if (memory == NULL) return;
    struct arena arena = arena_over(memory, PEERJS_PAYLOAD_ARENA);
    heard(p, message->peer, message->payload, &arena);
    memory_free(memory);
}

void peerjs_peer_signaled(struct peerjs_peer *p) {
    for (size_t i = 0; i < p->count; i++) data_connection_say_rest(p->connections[i]);
}

static void on_described(void *context, uint32_t rtc_peer, bool is_offer, struct span sdp) {
    struct data_connection *c = find_rtc(context, rtc_peer);
    if (c != NULL && c->state != DATA_CLOSING) data_connection_described(c, is_offer, sdp);
}

static void on_candidate(void *context, uint32_t rtc_peer, struct span candidate) {
    struct data_connection *c = find_rtc(context, rtc_peer);
    if (c != NULL && c->state != DATA_CLOSING) data_connection_candidate(c, candidate);
}

static void on_connected(void *context, uint32_t rtc_peer) {
    (void)context;
    (void)rtc_peer;
}

static void on_doubted(void *context, uint32_t rtc_peer) {
    struct peerjs_peer *p = context;
    struct data_connection *c = find_rtc(p, rtc_peer);
    if (c != NULL && c->state == DATA_OPEN && p->options.callbacks.doubted != NULL)
        p->options.callbacks.doubted(p->options.context, c);
}

/* The first channel is the connection; the library never opens another. */
static void on_channel_opened(void *context, uint32_t rtc_peer, uint32_t channel, const char *label,
                              const char *protocol, bool is_unordered) {
    (void)label;
    (void)protocol;
    (void)is_unordered;
    struct peerjs_peer *p = context;
    struct data_connection *c = find_rtc(p, rtc_peer);
    if (c == NULL) return;
    if (c->state == DATA_CONNECTING)
        data_connection_opened(c, channel);
    else if (c->channel != channel)
        rtc_channel_close(p->rtc, rtc_peer, channel);
}

static void on_message(void *context, uint32_t rtc_peer, uint32_t channel, enum rtc_kind kind, struct span bytes) {
    struct data_connection *c = find_rtc(context, rtc_peer);
    if (c != NULL && c->channel == channel) data_connection_arrived(c, kind, bytes);
}

static void on_drained(void *context, uint32_t rtc_peer, uint32_t channel) {
    struct peerjs_peer *p = context;
    struct data_connection *c = find_rtc(p, rtc_peer);
    if (c == NULL || c->channel != channel) return;
    data_connection_pump(c);
    if (c->state == DATA_OPEN && c->queue.first == NULL && p->options.callbacks.drained != NULL)
        p->options.callbacks.drained(p->options.context, c);
}

static void on_channel_closed(void *context, uint32_t rtc_peer, uint32_t channel) {
    struct data_connection *c = find_rtc(context, rtc_peer);
    if (c == NULL || c->channel != channel) return;
    c->channel = 0;
    data_connection_end(c, DATA_END_REMOTE, "");
}

static enum data_end end_of_rtc(enum rtc_end end) {
    switch (end) {
    case RTC_END_CLOSED: return DATA_END_CLOSED;
    case RTC_END_REMOTE: return DATA_END_REMOTE;
    case RTC_END_NO_PATH: return DATA_END_NO_PATH;
    case RTC_END_LOST: return DATA_END_LOST;
    case RTC_END_TIMEOUT: return DATA_END_TIMEOUT;
    case RTC_END_PROTOCOL:
    case RTC_END_DESCRIPTION: return DATA_END_REFUSED;
    case RTC_END_FINGERPRINT:
    case RTC_END_DTLS:
    case RTC_END_RESOURCES: break;
    }
    return DATA_END_FAILED;
}

static void on_closed(void *context, uint32_t rtc_peer, enum rtc_end end, const char *detail) {
    struct peerjs_peer *p = context;
    struct data_connection *c = find_rtc(p, rtc_peer);
    if (c == NULL) return;
    /* A peer that goes takes its channel along first: why it went says more. */
    if (!c->has_end || (c->end == DATA_END_REMOTE && c->detail[0] == '\0' && end != RTC_END_CLOSED))
        c->end = end_of_rtc(end);
    /* Of an orderly end WebRTC has nothing to add, nor of one that came of something else. */
    const bool is_orderly = end == RTC_END_CLOSED || c->end == DATA_END_CLOSED || c->end == DATA_END_REMOTE;
    const char *words = c->detail[0] != '\0' || is_orderly || detail == NULL ? c->detail : detail;
    p->options.callbacks.closed(p->options.context, c, c->end, words);
    connection_remove(c);
}

/* Whether there is something that has to be looked at again. */
static bool connection_sweep(struct data_connection *c, int64_t now_ms) {
    const bool has_left = c->state == DATA_CONNECTING && c->left_by_ms != 0;
    if (has_left && now_ms >= c->left_by_ms) data_connection_end(c, DATA_END_LEFT, "");
    if (data_connection_has_stalled(c, now_ms)) data_connection_end(c, DATA_END_LOST, "it takes nothing any more");
    if (c->chunks != NULL) (void)peerjs_chunks_expire(c->chunks, now_ms);
    return has_left || c->queue.first != NULL || (c->chunks != NULL && peerjs_chunks_open(c->chunks) > 0);
}

static void on_wake(void *context) {
    struct peerjs_peer *p = context;
    const int64_t now_ms = loop_now_ms(p->options.loop);
    bool has_more = false;
    p->wake_ms = 0;
    if (p->rtc != NULL) rtc_hear(p->rtc); /* the loop may have stood still, and looks at its timers first */
    for (size_t i = 0; i < p->count; i++) {
        data_connection_drain(p->connections[i], now_ms);
        has_more |= connection_sweep(p->connections[i], now_ms);
    }
    if (has_more) peerjs_peer_wake(p, DATA_SWEEP_MS);
}

enum err peerjs_peer_load(struct peerjs_peer *p, struct err_detail *detail) {
    if (p->rtc != NULL) return ERR_OK;
    const struct rtc_options options = {.loop = p->options.loop,
                                        .callbacks = {.described = on_described,
                                                      .candidate = on_candidate,
                                                      .connected = on_connected,
                                                      .doubted = on_doubted,
                                                      .channel_opened = on_channel_opened,
                                                      .message = on_message,
                                                      .drained = on_drained,
                                                      .channel_closed = on_channel_closed,
                                                      .closed = on_closed},
                                        .context = p};
    return rtc_new(&p->rtc, &options, detail);
}

const char *peerjs_peer_trouble(const struct peerjs_peer *p) {
    return p->trouble.text;
}

struct peerjs_peer *peerjs_peer_new(const struct peerjs_peer_options *options) {
    struct peerjs_peer *p = memory_zeroed(1, sizeof *p);
    p->options = *options;
    p->in_budget.held_max = PEERJS_BYTES_MAX;
    p->out_budget.held_max = PEERJS_BYTES_MAX;
    p->prng = prng_seeded(options->seed);
    p->timer = loop_timer_open(options->loop, on_wake, p);
    return p;
}

void peerjs_peer_use_servers(struct peerjs_peer *p, const struct rtc_server *servers, size_t count) {
    must_le(count, PEERJS_SERVERS_MAX);
    for (size_t i = 0; i < count; i++) p->servers[i] = servers[i];
    p->server_count = count;
    if (p->rtc != NULL) (void)!rtc_use_servers(p->rtc, servers, count); /* checked where they were read */
}

static void write_connection_id(struct peerjs_peer *p, char *text, size_t size) {
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    memcpy(text, "dc_", 4);
    for (size_t i = 3; i + 1 < size; i++) text[i] = letters[prng_below(&p->prng, sizeof letters - 1)];
    text[size - 1] = '\0';
}

static bool dial_fits(const struct data_dial *dial) {
    const size_t peer_size = strlen(dial->peer);
    return peer_size > 0 && peer_size <= SIGNAL_ID_SIZE_MAX && dial->metadata.size <= PEERJS_METADATA_MAX &&
           (dial->label == NULL || strlen(dial->label) <= PEERJS_LABEL_MAX);
}

struct data_connection *peerjs_peer_dial(struct peerjs_peer *p, const struct data_dial *dial) {
    enum { ID_SIZE = 24 };
    const struct span peer = span_of_text(dial->peer);
    if (!dial_fits(dial) || !has_room_for(p, peer)) return NULL;
    struct data_connection *c = connection_add(p, peer, dial->metadata);
    c->is_dialled = true;
    c->serialization = dial->serialization;
    c->is_reliable = dial->is_reliable;
    write_connection_id(p, c->connection_id, ID_SIZE);
    const char *label = dial->label != NULL ? dial->label : c->connection_id;
    memcpy(c->label, label, strlen(label) + 1);
    const struct rtc_channel_options options = {.label = c->label, .is_unordered = !c->is_reliable};
    if (!rtc_begin(c) || (c->channel = rtc_channel_open(p->rtc, c->rtc_peer, &options)) == 0) {
        if (c->rtc_peer != 0) rtc_close(p->rtc, c->rtc_peer);
        connection_remove(c);
        return NULL;
    }
    return c;
}

void peerjs_peer_close_all(struct peerjs_peer *p) {
    p->is_closing = true;
    for (size_t i = 0; i < p->count; i++) data_connection_close(p->connections[i]);
}

size_t peerjs_peer_count(const struct peerjs_peer *p) {
    return p->count;
}

void peerjs_peer_free(struct peerjs_peer *p) {
    if (p == NULL) return;
    rtc_free(p->rtc);
    loop_timer_close(p->timer);
    for (size_t i = 0; i < p->count; i++) connection_free(p->connections[i]);
    early_candidates_deinit(&p->early);
    memory_free(p);
}
