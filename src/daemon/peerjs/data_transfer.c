/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of a data connection, in and out. Part of data_connection.h. */
#include "daemon/peerjs/state.h"

#include <stdio.h>

#include "base/memory.h"

static void tell(struct data_connection *c, enum data_form form, struct span bytes) {
    const struct data_message message = {.form = form, .bytes = bytes};
    c->messages_in++;
    c->bytes_in += bytes.size;
    c->owner->options.callbacks.message(c->owner->options.context, c, &message);
}

static void tell_refused(struct data_connection *c, enum peerjs_fault fault) {
    const struct peerjs_callbacks *callbacks = &c->owner->options.callbacks;
    if (callbacks->refused != NULL) callbacks->refused(c->owner->options.context, c, fault);
}

static void take_value(struct data_connection *c, const struct peerjs_frame *frame, struct span packed) {
    if (frame->kind == PEERJS_FRAME_CLOSE)
        data_connection_end(c, DATA_END_REMOTE, "it asked us to");
    else
        tell(c, DATA_VALUE, packed);
}

/* All pieces of one message are there: it is a value like any other, but not a piece again. */
static enum peerjs_fault take_whole(struct data_connection *c, struct span packed) {
    struct peerjs_frame frame;
    enum peerjs_fault fault = peerjs_frame_read(packed, &frame);
    if (fault == PEERJS_FAULT_NONE && frame.kind == PEERJS_FRAME_PIECE) fault = PEERJS_FAULT_PIECE_SHAPE;
    if (fault == PEERJS_FAULT_NONE) take_value(c, &frame, packed);
    peerjs_chunks_forget_whole(c->chunks);
    return fault;
}

/* A piece that is not taken is a message lost on a channel that loses nothing: the other end is to know. */
static enum peerjs_fault take_piece(struct data_connection *c, const struct peerjs_piece *piece) {
    struct span whole;
    if (c->chunks == NULL) c->chunks = peerjs_chunks_new(&c->owner->in_budget);
    const enum peerjs_fault fault = peerjs_chunks_add(c->chunks, piece, &whole, loop_now_ms(c->owner->options.loop));
    if (fault != PEERJS_FAULT_NONE) data_connection_end(c, DATA_END_REFUSED, peerjs_fault_name(fault));
    if (fault == PEERJS_FAULT_NONE && whole.size > 0) return take_whole(c, whole);
    if (peerjs_chunks_open(c->chunks) > 0) peerjs_peer_wake(c->owner, DATA_SWEEP_MS);
    return PEERJS_FAULT_NONE;
}

static enum peerjs_fault arrived_packed(struct data_connection *c, struct span packed) {
    struct peerjs_frame frame;
    const enum peerjs_fault fault = peerjs_frame_read(packed, &frame);
    if (fault != PEERJS_FAULT_NONE) return fault;
    if (frame.kind == PEERJS_FRAME_PIECE) return take_piece(c, &frame.piece);
    take_value(c, &frame, packed);
    return PEERJS_FAULT_NONE;
}

static enum peerjs_fault arrived_json(struct data_connection *c, struct span text) {
    enum peerjs_frame_kind kind;
    const enum peerjs_fault fault = peerjs_frame_read_json(text, &kind);
    if (fault != PEERJS_FAULT_NONE) return fault;
    if (kind == PEERJS_FRAME_CLOSE)
        data_connection_end(c, DATA_END_REMOTE, "it asked us to");
    else
        tell(c, DATA_JSON, text);
    return PEERJS_FAULT_NONE;
}

void data_connection_arrived(struct data_connection *c, enum rtc_kind kind, struct span bytes) {
    enum peerjs_fault fault = PEERJS_FAULT_NONE;
    if (c->state != DATA_OPEN) return;
    switch (c->serialization) {
    case PEERJS_BINARY: fault = arrived_packed(c, bytes); break;
    case PEERJS_JSON: fault = arrived_json(c, bytes); break;
    case PEERJS_RAW: tell(c, kind == RTC_TEXT ? DATA_TEXT : DATA_BYTES, bytes); break;
    }
    if (fault != PEERJS_FAULT_NONE) tell_refused(c, fault);
}

/* Whether the other end takes a message of the channel so large. Pieces of a value fit everybody. */
static bool fits_other_end(const struct data_connection *c, size_t size) {
    struct rtc_look look;
    if (size <= PEERJS_FRAME_MAX || c->state != DATA_OPEN || !rtc_look(c->owner->rtc, c->rtc_peer, &look)) return true;
    return look.message_size_max == 0 || size <= look.message_size_max;
}

enum peerjs_fault data_connection_send(struct data_connection *c, const struct data_message *message) {
    struct data_packet packet;
    if (c->state == DATA_CLOSING || !send_queue_has_room(&c->queue, message->bytes.size)) return PEERJS_FAULT_NO_ROOM;
    enum peerjs_fault fault = data_message_encode(message, c->serialization, &packet);
    if (fault != PEERJS_FAULT_NONE) return fault;
    if (!packet.is_value && !fits_other_end(c, packet.size)) fault = PEERJS_FAULT_MESSAGE_SIZE;
    if (!send_queue_has_room(&c->queue, packet.size)) fault = PEERJS_FAULT_NO_ROOM;
    if (fault != PEERJS_FAULT_NONE) {
        memory_free(packet.bytes);
        return fault;
    }
    c->messages_out++;
    c->bytes_out += packet.size;
    send_queue_push(&c->queue, &packet);
    data_connection_pump(c);
    if (c->queue.first != NULL) peerjs_peer_wake(c->owner, DATA_SWEEP_MS);
    return PEERJS_FAULT_NONE;
}

/* As much as the channel takes; `drained` of the channel comes when it takes more. What was sent before it was known
 * how much the other end takes may be too large, and would wait for good: it ends the connection. */
void data_connection_pump(struct data_connection *c) {
    uint8_t memory[PEERJS_FRAME_MAX];
    struct span frame;
    enum rtc_kind kind;
    if (c->state == DATA_CONNECTING || c->channel == 0) return;
    while (send_queue_peek(&c->queue, memory, &kind, &frame)) {
        if (!rtc_send(c->owner->rtc, c->rtc_peer, c->channel, kind, frame)) {
            if (!fits_other_end(c, frame.size))
                data_connection_end(c, DATA_END_FAILED, "the channel does not take a message of this size");
            return;
        }
        send_queue_sent(&c->queue);
        c->frames_out++;
    }
}

/* Whether what waits has not become less for too long. Of a channel that is paused no end is told before what lies in
 * front of it, and its reader may wait for us to send: this is what tells a peer that is gone from one that is slow. */
bool data_connection_has_stalled(struct data_connection *c, int64_t now_ms) {
    const size_t waiting = c->channel == 0 ? 0 : rtc_waiting(c->owner->rtc, c->rtc_peer, c->channel);
    const bool has_moved =
        c->queue.first == NULL || c->moved_ms == 0 || c->frames_out != c->frames_seen || waiting != c->waiting_seen;
    c->frames_seen = c->frames_out;
    c->waiting_seen = waiting;
    if (has_moved) c->moved_ms = now_ms;
    return c->state == DATA_OPEN && now_ms - c->moved_ms >= DATA_STALL_MS;
}

void data_connection_pause(struct data_connection *c) {
    if (c->channel != 0) rtc_pause(c->owner->rtc, c->rtc_peer, c->channel);
}

void data_connection_resume(struct data_connection *c) {
    if (c->channel != 0) rtc_resume(c->owner->rtc, c->rtc_peer, c->channel);
}
