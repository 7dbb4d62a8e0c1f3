/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/signaled_link/signaled_link.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

/* So much of what is to be sent lies with the channel; what is more important than the rest overtakes only before that.
 */
enum { AHEAD_MAX = RTC_WAITING_LOW };

/* The one door of the state; it only goes forward. */
static void link_enter(struct signaled_link *link, enum signaled_state state) {
    must(state > link->state);
    link->state = state;
    if (state == SIGNALED_UP) return;
    loop_timer_stop(link->timer);
    outbox_clear(&link->outbox);
    if (link->check == NULL) return;
    check_abandon(link->check, link->checked);
    link->check = NULL;
    link->checked = NULL;
}

/* Reading. */

static void frame_delivered(struct signaled_link *link, enum refusal refusal, const struct checked_message *message) {
    const struct signaled_callbacks *callbacks = &link->host->callbacks;
    if (refusal == REFUSAL_NONE) {
        callbacks->message(link->host->context, link->id, message);
    } else {
        link->is_refused = true;
        callbacks->frame_refused(link->host->context, link->id, message->type, refusal);
    }
}

static void frame_checked(void *context, enum refusal refusal, const struct checked_message *message) {
    struct signaled_link *link = context;
    uint8_t *checked = link->checked;
    link->check = NULL;
    link->checked = NULL;
    data_connection_resume(link->connection); /* before it is told: that may end the link */
    frame_delivered(link, refusal, message);
    memory_free(checked);
}

/* The message is borrowed, and the check takes a while. */
static void check_later(struct signaled_link *link, const struct intake_step *step, struct span bytes) {
    struct checked_message message = {.type = step->frame.type};
    struct frame frame = step->frame;
    link->checked = memory_try_room(bytes.size);
    if (link->checked == NULL) {
        frame_delivered(link, REFUSAL_NO_ROOM, &message);
        return;
    }
    memcpy(link->checked, bytes.at, bytes.size);
    frame.body.at = link->checked + LIMIT_FRAME_HEADER_SIZE;
    data_connection_pause(link->connection);
    link->check = check_pool_begin(link->host->checks, &frame, &link->binding, frame_checked, link);
}

static void frame_arrived(struct signaled_link *link, const struct intake_step *step, struct span bytes) {
    struct checked_message message = {.type = step->frame.type, .frame_size = bytes.size};
    if (!message_is_known(step->frame.type)) {
        frame_delivered(link, REFUSAL_NONE, &message);
    } else if (message_is_costly(step->frame.type)) {
        check_later(link, step, bytes);
    } else {
        const enum refusal refusal = check_pool_now(link->host->checks, &step->frame, &message);
        frame_delivered(link, refusal, &message);
    }
}

/* One message is one frame, no more and no less. */
void signaled_link_arrived(struct signaled_link *link, struct span bytes) {
    if (link->state != SIGNALED_UP || link->is_refused) return;
    must(link->check == NULL); /* it is paused while one runs */
    link->bytes_in += bytes.size;
    const struct intake_step step = intake_next(&link->intake, bytes, loop_now_ms(link->host->loop));
    struct checked_message message = {.type = step.frame.type};
    if (step.result == INTAKE_REFUSED)
        frame_delivered(link, step.refusal, &message);
    else if (step.result == INTAKE_MORE || step.need != bytes.size)
        frame_delivered(link, REFUSAL_FRAME_CUT, &message);
    else
        frame_arrived(link, &step, bytes);
}

/* Writing. */

static void judge_speed(struct signaled_link *link, bool has_written) {
    if (link->is_faulted) return;
    const int64_t now_ms = loop_now_ms(link->host->loop);
    const int64_t ends_at_ms = patience_judge(
        &link->patience, signaled_link_bulk_unsent(link) + outbox_size(&link->outbox), has_written, now_ms);
    if (ends_at_ms == INT64_MAX)
        loop_timer_stop(link->timer);
    else
        loop_timer_start(link->timer, ends_at_ms > now_ms ? ends_at_ms - now_ms : 0);
}

static void too_slow(void *context) {
    struct signaled_link *link = context;
    if (link->state != SIGNALED_UP) return;
    link->host->callbacks.faulted(link->host->context, link->id, REASON_SLOW);
}

/* Control before bulk; what the channel has is beyond that. */
static void pump(struct signaled_link *link) {
    bool has_written = false;
    while (link->state == SIGNALED_UP && data_connection_unsent(link->connection) < AHEAD_MAX) {
        const struct span frame = outbox_peek_frame(&link->outbox);
        const struct data_message message = {.form = DATA_BYTES, .bytes = frame};
        if (frame.size == 0 || data_connection_send(link->connection, &message) != PEERJS_FAULT_NONE) break;
        link->bytes_out += frame.size;
        outbox_wrote(&link->outbox, frame.size);
        has_written = true;
    }
    judge_speed(link, has_written);
}

static void tell_drained(struct signaled_link *link) {
    if (!link->has_much_bulk || outbox_bulk_size(&link->outbox) >= LINK_BULK_LOW) return;
    link->has_much_bulk = false;
    link->host->callbacks.drained(link->host->context, link->id);
}

void signaled_link_drained(struct signaled_link *link) {
    if (link->state != SIGNALED_UP) return;
    pump(link);
    tell_drained(link);
}

void signaled_link_send(struct signaled_link *link, uint8_t type, struct span body) {
    if (link->state != SIGNALED_UP) return;
    if (outbox_put(&link->outbox, type, body) != OUTBOX_TAKEN) { /* there is no waiting for this one */
        link->is_faulted = true;
        loop_timer_start(link->timer, 0);
        return;
    }
    pump(link);
    if (outbox_bulk_size(&link->outbox) >= LINK_BULK_LOW) link->has_much_bulk = true;
}

size_t signaled_link_bulk_unsent(const struct signaled_link *link) {
    return link->state == SIGNALED_UP ? outbox_bulk_size(&link->outbox) : SIZE_MAX;
}

/* Beginning and ending. */

void signaled_link_opened(struct signaled_link *link, uint32_t id) {
    struct rtc_look look;
    const int64_t now_ms = loop_now_ms(link->host->loop);
    if (link->state != SIGNALED_CALLING || !data_connection_transport(link->connection, &look)) return;
    link->id = id;
    memcpy(link->binding.binding.own, look.own_certificate, CERTIFICATE_HASH_SIZE);
    memcpy(link->binding.binding.peer, look.remote_certificate, CERTIFICATE_HASH_SIZE);
    intake_init(&link->intake, now_ms);
    link_enter(link, SIGNALED_UP);
    link->was_up = true;
    link->host->callbacks.up(link->host->context, id, link->direction, &look.route.peer.address, &link->binding.binding,
                             now_ms - link->began_at_ms);
}

/* A goodbye that waits still leaves: the data connection drains before it closes. */
static void end_in_order(struct signaled_link *link) {
    if (link->state == SIGNALED_ENDING) return;
    while (link->state == SIGNALED_UP && outbox_size(&link->outbox) > outbox_bulk_size(&link->outbox)) {
        const struct span frame = outbox_peek_frame(&link->outbox);
        const struct data_message message = {.form = DATA_BYTES, .bytes = frame};
        if (data_connection_send(link->connection, &message) != PEERJS_FAULT_NONE) break;
        outbox_wrote(&link->outbox, frame.size);
    }
    link_enter(link, SIGNALED_ENDING);
    data_connection_close(link->connection);
}

void signaled_link_close(struct signaled_link *link, bool is_graceful) {
    if (is_graceful) {
        end_in_order(link);
        return;
    }
    if (link->state != SIGNALED_ENDING) link_enter(link, SIGNALED_ENDING);
    data_connection_cut(link->connection);
}

static enum reason reason_of(enum data_end end) {
    switch (end) {
    case DATA_END_CLOSED: return REASON_NONE;
    case DATA_END_REMOTE:
    case DATA_END_REPLACED: return REASON_RESET;
    case DATA_END_LEFT:
    case DATA_END_UNAVAILABLE:
    case DATA_END_NO_PATH: return REASON_UNREACHABLE;
    case DATA_END_LOST:
    case DATA_END_TIMEOUT: return REASON_TIMEOUT;
    case DATA_END_REFUSED: return REASON_PROTOCOL;
    case DATA_END_FAILED: return REASON_TLS_FAILED;
    }
    return REASON_INTERNAL;
}

void signaled_link_ended(struct signaled_link *link, enum data_end end, const char *detail) {
    const struct signaled_callbacks *callbacks = &link->host->callbacks;
    const enum reason reason = reason_of(end);
    if (link->state != SIGNALED_ENDING) link_enter(link, SIGNALED_ENDING);
    if (link->was_up)
        callbacks->down(link->host->context, link->id, reason);
    else if (link->direction == LINK_OUTBOUND)
        callbacks->dial_failed(link->host->context, link->id, reason,
                               detail[0] != '\0' ? detail : data_end_sentence(end));
}

bool signaled_link_measure(const struct signaled_link *link, struct link_measure *measure) {
    struct rtc_look look;
    if (link->state != SIGNALED_UP || !data_connection_transport(link->connection, &look)) return false;
    *measure = (struct link_measure){
        .bytes_in = link->bytes_in,
        .bytes_out = link->bytes_out,
        .unsent_bytes = outbox_size(&link->outbox) + data_connection_unsent(link->connection),
        .packets = (uint32_t)(look.packets_in + look.packets_missed),
        .packets_lost = (uint32_t)look.packets_missed,
        .route = look.route,
    };
    return true;
}

struct signaled_link *signaled_link_new(struct signaled_host *host, struct data_connection *connection,
                                        enum link_direction direction) {
    struct signaled_link *link = memory_zeroed(1, sizeof *link);
    *link = (struct signaled_link){.host = host,
                                   .direction = direction,
                                   .connection = connection,
                                   .began_at_ms = loop_now_ms(host->loop),
                                   .binding = {.self = host->self}};
    link->timer = loop_timer_open(host->loop, too_slow, link);
    data_connection_set_context(connection, link);
    return link;
}

void signaled_link_free(struct signaled_link *link) {
    if (link == NULL) return;
    if (link->check != NULL) check_abandon(link->check, link->checked);
    loop_timer_close(link->timer);
    outbox_deinit(&link->outbox);
    memory_free(link);
}
