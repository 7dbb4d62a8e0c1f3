/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peerjs/state.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/must.h"

static const struct end_words {
    const char *name, *sentence;
} ENDS[] = {
    [DATA_END_CLOSED] = {"closed", "closed here"},
    [DATA_END_REMOTE] = {"closed-by-peer", "the other end closed it"},
    [DATA_END_REPLACED] = {"replaced", "the other end offered it anew"},
    [DATA_END_LEFT] = {"peer-left", "the other end left the signaling server"},
    [DATA_END_UNAVAILABLE] = {"peer-unavailable", "the signaling server knows no such peer"},
    [DATA_END_NO_PATH] = {"no-path", "no way between the two ends was found"},
    [DATA_END_LOST] = {"lost", "the other end, or its network, is gone"},
    [DATA_END_TIMEOUT] = {"timeout", "it did not open in time"},
    [DATA_END_REFUSED] = {"refused", "what the other end sent could not be taken"},
    [DATA_END_FAILED] = {"failed", "it could not be kept up"},
};

const char *data_end_name(enum data_end end) {
    return ENDS[end].name;
}

const char *data_end_sentence(enum data_end end) {
    return ENDS[end].sentence;
}

struct data_look data_connection_look(const struct data_connection *c) {
    return (struct data_look){.state = c->state,
                              .peer = c->peer,
                              .connection_id = c->connection_id,
                              .label = c->label,
                              .serialization = c->serialization,
                              .is_reliable = c->is_reliable,
                              .is_dialled = c->is_dialled,
                              .metadata = {c->metadata, c->metadata_size},
                              .messages_in = c->messages_in,
                              .messages_out = c->messages_out,
                              .bytes_in = c->bytes_in,
                              .bytes_out = c->bytes_out,
                              .waiting = c->queue.waiting};
}

bool data_connection_transport(const struct data_connection *c, struct rtc_look *look) {
    return c->state == DATA_OPEN && rtc_look(c->owner->rtc, c->rtc_peer, look);
}

size_t data_connection_unsent(const struct data_connection *c) {
    const size_t with_channel = c->channel == 0 ? 0 : rtc_waiting(c->owner->rtc, c->rtc_peer, c->channel);
    return c->queue.waiting + with_channel;
}

void data_connection_set_context(struct data_connection *c, void *context) {
    c->context = context;
}

void *data_connection_context(const struct data_connection *c) {
    return c->context;
}

/* The one door of the state; it only goes forward. */
static void data_connection_enter(struct data_connection *c, enum data_state state) {
    must(state > c->state);
    c->state = state;
}

static bool say_now(struct data_connection *c, enum signal_kind kind, struct span payload) {
    const struct signal_message message = {.kind = kind, .peer = span_of_text(c->peer), .payload = payload};
    return signal_client_send(c->owner->options.signal, &message);
}

void data_connection_say(struct data_connection *c, enum signal_kind kind, struct span payload) {
    if (c->unsaid_count == 0 && say_now(c, kind, payload)) return;
    if (c->unsaid_count == DATA_UNSAID_MAX) return; /* the description goes first, and has its place */
    uint8_t *copy = memory_try_room(payload.size);
    if (copy == NULL) return;
    memcpy(copy, payload.at, payload.size);
    c->unsaid[c->unsaid_count++] = (struct data_unsaid){.kind = kind, .payload = copy, .size = payload.size};
}

void data_connection_say_rest(struct data_connection *c) {
    size_t said = 0;
    while (said < c->unsaid_count &&
           say_now(c, c->unsaid[said].kind, (struct span){c->unsaid[said].payload, c->unsaid[said].size}))
        memory_free(c->unsaid[said++].payload);
    c->unsaid_count -= said;
    memmove(c->unsaid, c->unsaid + said, c->unsaid_count * sizeof *c->unsaid);
}

void data_connection_drop_unsaid(struct data_connection *c) {
    for (size_t i = 0; i < c->unsaid_count; i++) memory_free(c->unsaid[i].payload);
    c->unsaid_count = 0;
}

static void say_offer(struct data_connection *c, struct span sdp, struct buffer *out) {
    struct peerjs_offer offer = {.serialization = c->serialization,
                                 .is_reliable = c->is_reliable,
                                 .metadata = {c->metadata, c->metadata_size},
                                 .sdp = sdp};
    memcpy(offer.connection_id, c->connection_id, sizeof offer.connection_id);
    memcpy(offer.label, c->label, sizeof offer.label);
    peerjs_offer_write(out, &offer);
    if (!out->overflowed) data_connection_say(c, SIGNAL_OFFER, buffer_span(out));
}

static void say_answer(struct data_connection *c, struct span sdp, struct buffer *out) {
    struct peerjs_answer answer = {.sdp = sdp};
    memcpy(answer.connection_id, c->connection_id, sizeof answer.connection_id);
    peerjs_answer_write(out, &answer);
    if (!out->overflowed) data_connection_say(c, SIGNAL_ANSWER, buffer_span(out));
}

void data_connection_described(struct data_connection *c, bool is_offer, struct span sdp) {
    uint8_t *memory = memory_room(PEERJS_PAYLOAD_MAX);
    struct buffer out = buffer_over(memory, PEERJS_PAYLOAD_MAX);
    data_connection_drop_unsaid(c); /* that was of an earlier try, and is of no use any more */
    (is_offer ? say_offer : say_answer)(c, sdp, &out);
    memory_free(memory);
}

/* The library never says that there are no more, and neither do we. */
void data_connection_candidate(struct data_connection *c, struct span line) {
    uint8_t memory[8 * PEERJS_CANDIDATE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct peerjs_candidate candidate = {.candidate = line};
    if (line.size == 0) return;
    memcpy(candidate.connection_id, c->connection_id, sizeof candidate.connection_id);
    peerjs_candidate_write(&out, &candidate);
    if (!out.overflowed) data_connection_say(c, SIGNAL_CANDIDATE, buffer_span(&out));
}

void data_connection_opened(struct data_connection *c, uint32_t channel) {
    if (c->state != DATA_CONNECTING) return;
    c->channel = channel;
    data_connection_enter(c, DATA_OPEN);
    c->owner->options.callbacks.opened(c->owner->options.context, c);
    if (c->state == DATA_OPEN) data_connection_pump(c);
}

void data_connection_renew(struct data_connection *c) {
    if (c->state != DATA_OPEN) return;
    rtc_restart(c->owner->rtc, c->rtc_peer);
}

static void close_rtc(struct data_connection *c) {
    if (c->is_rtc_closing) return;
    c->is_rtc_closing = true;
    rtc_close(c->owner->rtc, c->rtc_peer);
}

/* What lies with the channel has to leave before the channel is reset: a reset does not wait for it for long. */
void data_connection_drain(struct data_connection *c, int64_t now_ms) {
    if (c->state != DATA_CLOSING || c->is_rtc_closing) return;
    data_connection_pump(c);
    const bool is_empty =
        c->channel == 0 || (c->queue.first == NULL && rtc_waiting(c->owner->rtc, c->rtc_peer, c->channel) == 0);
    if (is_empty || c->close_by_ms == 0)
        close_rtc(c);
    else if (now_ms >= c->close_by_ms)
        data_connection_cut(c); /* it had its time */
    else
        peerjs_peer_wake(c->owner, DATA_DRAIN_MS);
}

void data_connection_end(struct data_connection *c, enum data_end end, const char *detail) {
    if (!c->has_end) {
        c->has_end = true;
        c->end = end;
        (void)snprintf(c->detail, sizeof c->detail, "%s", detail);
    }
    if (c->state == DATA_CLOSING) return;
    data_connection_resume(c); /* what is still to be told of it comes now */
    const bool may_drain = c->state == DATA_OPEN && (end == DATA_END_CLOSED || end == DATA_END_REMOTE);
    data_connection_enter(c, DATA_CLOSING);
    c->close_by_ms = may_drain ? loop_now_ms(c->owner->options.loop) + DATA_CLOSE_MS : 0;
    /* From the loop's next turn on, so that nothing is told from within a call of the user's. */
    peerjs_peer_wake(c->owner, 0);
}

void data_connection_close(struct data_connection *c) {
    data_connection_end(c, DATA_END_CLOSED, "");
}

void data_connection_cut(struct data_connection *c) {
    data_connection_close(c);
    c->is_rtc_closing = true;
    rtc_cut(c->owner->rtc, c->rtc_peer);
}
