/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/connection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/link/socket.h"

/* What one link may read or write before the others have their turn. */
enum { READ_TURN = 65536, WRITE_TURN = 262144 };

static bool state_may_follow(enum connection_state from, enum connection_state to) {
    switch (from) {
    case CONNECTION_CONNECTING: return to == CONNECTION_HANDSHAKING || to == CONNECTION_OVER;
    case CONNECTION_HANDSHAKING: return to == CONNECTION_UP || to == CONNECTION_DRAINING || to == CONNECTION_OVER;
    case CONNECTION_UP: return to == CONNECTION_FLUSHING || to == CONNECTION_OVER;
    case CONNECTION_FLUSHING: return to == CONNECTION_DRAINING || to == CONNECTION_OVER;
    case CONNECTION_DRAINING: return to == CONNECTION_OVER;
    case CONNECTION_OVER: return false;
    }
    return false;
}

static void connection_count_unsent(struct connection *c) {
    c->host->unsent_bytes -= c->unsent_counted;
    c->unsent_counted = outbox_size(&c->outbox);
    c->host->unsent_bytes += c->unsent_counted;
}

static void connection_release(struct connection *c) {
    loop_watch_close(c->watch);
    c->watch = NULL;
    loop_timer_close(c->timer);
    c->timer = NULL;
    tls_free(c->tls);
    c->tls = NULL;
    if (c->fd >= 0) (void)close(c->fd);
    c->fd = -1;
    outbox_clear(&c->outbox);
    connection_count_unsent(c);
}

/* The one door of the state. A frame that a pool thread is reading leaves with its check. */
static void connection_enter(struct connection *c, enum connection_state state) {
    must(state_may_follow(c->state, state));
    c->state = state;
    if (state > CONNECTION_UP && c->check) {
        check_abandon(c->check, inlet_take_block(&c->inlet));
        c->check = NULL;
    }
    switch (state) {
    case CONNECTION_CONNECTING: break;
    case CONNECTION_HANDSHAKING: loop_timer_start(c->timer, LIMIT_TLS_MS); break;
    case CONNECTION_UP: loop_timer_stop(c->timer); break;
    case CONNECTION_FLUSHING: loop_timer_start(c->timer, LIMIT_CLOSE_MS); break;
    case CONNECTION_DRAINING:
        if (!c->was_up) loop_timer_start(c->timer, LIMIT_CLOSE_MS); /* else it runs since FLUSHING */
        socket_end_writing(c->fd);
        loop_watch_want(c->watch, LOOP_READABLE);
        break;
    case CONNECTION_OVER:
        c->has_ended = true; /* with REASON_NONE if nothing was said before: we closed it */
        connection_release(c);
        c->host->settle(c->host);
        break;
    }
}

static void connection_note_end(struct connection *c, enum reason reason, const char *detail) {
    if (c->has_ended) return;
    c->has_ended = true;
    c->ended_for = reason;
    (void)snprintf(c->detail, sizeof c->detail, "%s", detail);
}

static void connection_end(struct connection *c, enum reason reason, const char *detail) {
    connection_note_end(c, reason, detail);
    connection_enter(c, CONNECTION_OVER);
}

static void connection_end_by_errno(struct connection *c, int error) {
    connection_end(c, socket_reason(error), strerror(error));
}

/* Reading. */

static bool may_read(const struct connection *c) {
    return c->state == CONNECTION_UP && !c->check && !c->is_refused;
}

static void connection_want(struct connection *c) {
    if (c->state != CONNECTION_UP && c->state != CONNECTION_FLUSHING) return;
    const bool reads = may_read(c) || c->state == CONNECTION_FLUSHING;
    const bool writes = c->state == CONNECTION_FLUSHING || outbox_size(&c->outbox) > 0 || c->read_wants_write;
    loop_watch_want(c->watch, (reads ? LOOP_READABLE : 0U) | (writes ? LOOP_WRITABLE : 0U));
}

static void frame_delivered(struct connection *c, size_t size, enum refusal refusal,
                            const struct checked_message *message) {
    const struct link_callbacks *callbacks = &c->host->callbacks;
    c->bytes_in += size;
    if (refusal == REFUSAL_NONE) {
        callbacks->message(c->host->context, c->id, message);
        inlet_taken(&c->inlet, size);
    } else {
        c->is_refused = true;
        callbacks->frame_refused(c->host->context, c->id, message->type, refusal);
    }
}

static void connection_read(struct connection *c);

static void frame_checked(void *context, enum refusal refusal, const struct checked_message *message) {
    struct connection *c = context;
    c->check = NULL;
    frame_delivered(c, c->check_size, refusal, message);
    connection_read(c);
    connection_want(c);
}

static void frame_arrived(struct connection *c, const struct intake_step *step) {
    struct checked_message message = {.type = step->frame.type, .frame_size = step->need};
    if (!message_is_known(step->frame.type)) {
        frame_delivered(c, step->need, REFUSAL_NONE, &message);
    } else if (message_is_costly(step->frame.type)) {
        c->check_size = step->need;
        c->check = check_pool_begin(c->host->checks, &step->frame, NULL, frame_checked, c);
    } else {
        const enum refusal refusal = check_pool_now(c->host->checks, &step->frame, &message);
        frame_delivered(c, step->need, refusal, &message);
    }
}

/* Every frame that is whole. Each callback may close the link, and a costly frame stops it until it is checked. */
static void connection_take_frames(struct connection *c) {
    while (may_read(c)) {
        const struct intake_step step = inlet_next(&c->inlet, loop_now_ms(c->host->loop));
        if (step.result == INTAKE_MORE) return;
        if (step.result == INTAKE_REFUSED) {
            c->is_refused = true;
            c->host->callbacks.frame_refused(c->host->context, c->id, step.frame.type, step.refusal);
            return;
        }
        frame_arrived(c, &step);
    }
}

static void connection_end_by_tls(struct connection *c) {
    const char *detail;
    const enum reason reason = tls_failure(c->tls, &detail);
    connection_end(c, reason, detail);
}

/* One read. False: it waits for the socket, or has ended. */
static bool connection_read_once(struct connection *c, size_t *size) {
    if (!inlet_make_room(&c->inlet)) {
        connection_end(c, REASON_RESOURCES, "there is no memory for what it sends");
        return false;
    }
    struct buffer room = inlet_room(&c->inlet);
    const enum tls_result result = tls_read(c->tls, &room);
    c->read_wants_write = result == TLS_WANTS_WRITE;
    if (result == TLS_ENDED || result == TLS_BROKEN) connection_end_by_tls(c);
    if (result != TLS_DONE) return false;
    inlet_filled(&c->inlet, room.size);
    *size = room.size;
    return true;
}

/* Stops after its turn, but not with bytes inside TLS, of which no event would tell. */
static void connection_read(struct connection *c) {
    size_t turn = 0;
    connection_take_frames(c); /* what was left while a frame was checked */
    while (may_read(c) && (turn < READ_TURN || tls_has_unread(c->tls))) {
        size_t size = 0;
        if (!connection_read_once(c, &size)) break;
        turn += size;
        connection_take_frames(c);
    }
    if (!c->check) inlet_shrink(&c->inlet);
}

/* Writing. */

/* A write that fails tells less than the read that follows: the other end may have said why it closed. */
static size_t connection_write(struct connection *c) {
    size_t turn = 0;
    while (turn < WRITE_TURN) {
        const struct span bytes = outbox_peek(&c->outbox);
        if (bytes.size == 0) break;
        size_t written = 0;
        const enum tls_result result = tls_write(c->tls, bytes, &written);
        if (result == TLS_WANTS_READ || result == TLS_WANTS_WRITE) break;
        if (result != TLS_DONE) {
            c->is_write_broken = true;
            outbox_clear(&c->outbox);
            break;
        }
        outbox_wrote(&c->outbox, written);
        c->bytes_out += written;
        turn += written;
    }
    connection_count_unsent(c);
    return turn;
}

static void connection_judge_speed(struct connection *c, bool has_written) {
    if (c->state != CONNECTION_UP || c->fault != REASON_NONE) return;
    const int64_t now_ms = loop_now_ms(c->host->loop);
    const int64_t ends_at_ms = patience_judge(&c->patience, outbox_size(&c->outbox), has_written, now_ms);
    if (ends_at_ms == c->patience_ends_at_ms) return;
    c->patience_ends_at_ms = ends_at_ms;
    if (ends_at_ms == INT64_MAX)
        loop_timer_stop(c->timer);
    else
        loop_timer_start(c->timer, ends_at_ms > now_ms ? ends_at_ms - now_ms : 0);
}

static void connection_fault_soon(struct connection *c, enum reason reason) {
    if (c->state != CONNECTION_UP || c->fault != REASON_NONE) return;
    c->fault = reason;
    loop_timer_start(c->timer, 0);
}

void connection_shed(struct connection *c, enum reason reason) {
    c->is_write_broken = true;
    outbox_clear(&c->outbox);
    connection_count_unsent(c);
    connection_fault_soon(c, reason);
}

void connection_send(struct connection *c, uint8_t type, struct span body) {
    if (c->state != CONNECTION_UP || c->is_write_broken) return;
    switch (outbox_put(&c->outbox, type, body)) {
    case OUTBOX_TAKEN: connection_judge_speed(c, false); break;
    case OUTBOX_FULL: connection_fault_soon(c, REASON_SLOW); break; /* there is no waiting for this one */
    case OUTBOX_NO_MEMORY: connection_shed(c, REASON_RESOURCES); break;
    }
    if (outbox_bulk_size(&c->outbox) >= LINK_BULK_LOW) c->has_much_bulk = true;
    connection_count_unsent(c);
    connection_want(c);
}

size_t connection_bulk_unsent(const struct connection *c) {
    return c->state == CONNECTION_UP && !c->is_write_broken ? outbox_bulk_size(&c->outbox) : SIZE_MAX;
}

static void connection_tell_drained(struct connection *c) {
    if (!c->has_much_bulk || outbox_bulk_size(&c->outbox) >= LINK_BULK_LOW) return;
    c->has_much_bulk = false;
    if (c->host->callbacks.drained != NULL) c->host->callbacks.drained(c->host->context, c->id);
}

/* Ending in order. */

static void connection_flush(struct connection *c) {
    (void)connection_write(c);
    if (outbox_size(&c->outbox) > 0) return;
    if (c->is_write_broken || tls_end(c->tls) == TLS_DONE) connection_enter(c, CONNECTION_DRAINING);
}

/* While flushing TLS still reads, so that it stays in step; the bytes are forgotten. */
static void connection_forget_input(struct connection *c) {
    uint8_t unread[4096];
    for (size_t turn = 0; turn < READ_TURN; turn += sizeof unread) {
        struct buffer room = buffer_over(unread, sizeof unread);
        const enum tls_result result = tls_read(c->tls, &room);
        if (result == TLS_WANTS_READ || result == TLS_WANTS_WRITE) return;
        if (result == TLS_DONE) continue;
        connection_enter(c, CONNECTION_OVER);
        return;
    }
}

void connection_close(struct connection *c, bool is_graceful) {
    if (c->state == CONNECTION_OVER) return;
    if (!is_graceful || c->state < CONNECTION_UP) {
        connection_enter(c, CONNECTION_OVER);
        return;
    }
    if (c->state == CONNECTION_UP) {
        connection_enter(c, CONNECTION_FLUSHING);
        connection_want(c);
    }
}

/* Beginning. */

static void connection_handshake(struct connection *c) {
    const enum tls_result result = tls_handshake(c->tls);
    const char *detail;
    enum reason reason;
    switch (result) {
    case TLS_WANTS_READ: loop_watch_want(c->watch, LOOP_READABLE); return;
    case TLS_WANTS_WRITE: loop_watch_want(c->watch, LOOP_WRITABLE); return;
    case TLS_BROKEN: /* an alert of ours is on its way, or theirs has come */
        reason = tls_failure(c->tls, &detail);
        connection_note_end(c, reason, detail);
        (void)tls_end(c->tls);
        connection_enter(c, CONNECTION_DRAINING);
        c->host->settle(c->host);
        return;
    case TLS_ENDED:
        reason = tls_failure(c->tls, &detail);
        /* Of a stranger that hung up there is nothing more to say than that it did not get through. */
        connection_end(c, c->direction == LINK_INBOUND ? REASON_TLS_FAILED : reason, detail);
        return;
    case TLS_DONE: break;
    }
    const struct public_key key = tls_peer_key(c->tls);
    const int64_t now_ms = loop_now_ms(c->host->loop);
    connection_enter(c, CONNECTION_UP);
    c->was_up = true;
    inlet_init(&c->inlet, now_ms);
    if (c->direction == LINK_INBOUND) c->id = c->host->claim_id(c->host, c);
    c->host->callbacks.up(c->host->context, c->id, c->direction, &c->remote, &key, now_ms - c->began_at_ms);
    connection_want(c);
}

static void connection_secure(struct connection *c) {
    const struct tls_options options = {
        .context = &c->host->tls,
        .fd = c->fd,
        .is_accepting = c->direction == LINK_INBOUND,
        .own = c->host->own,
        .expected = c->has_expected ? &c->expected : NULL,
    };
    c->tls = tls_new(&options);
    if (!c->tls) {
        connection_end(c, REASON_RESOURCES, "there is no memory for a handshake");
        return;
    }
    connection_enter(c, CONNECTION_HANDSHAKING);
    loop_watch_want(c->watch, c->direction == LINK_INBOUND ? LOOP_READABLE : LOOP_WRITABLE);
}

static void connection_connected(struct connection *c) {
    const int error = socket_connect_result(c->fd);
    if (error == 0)
        connection_secure(c);
    else
        connection_end_by_errno(c, error);
}

static void connection_ready(void *context, unsigned events) {
    struct connection *c = context;
    switch (c->state) {
    case CONNECTION_CONNECTING: connection_connected(c); break;
    case CONNECTION_HANDSHAKING: connection_handshake(c); break;
    case CONNECTION_UP:
        if ((events & LOOP_READABLE) || c->read_wants_write) connection_read(c);
        if (c->state == CONNECTION_UP) {
            const size_t written = connection_write(c);
            connection_judge_speed(c, written > 0);
            connection_tell_drained(c);
        }
        connection_want(c);
        break;
    case CONNECTION_FLUSHING:
        if (events & LOOP_READABLE) connection_forget_input(c);
        if (c->state == CONNECTION_FLUSHING) connection_flush(c);
        break;
    case CONNECTION_DRAINING:
        if (socket_discard(c->fd, READ_TURN) == SOCKET_DISCARDED_END) connection_enter(c, CONNECTION_OVER);
        break;
    case CONNECTION_OVER: break;
    }
}

static void connection_late(void *context) {
    struct connection *c = context;
    switch (c->state) {
    case CONNECTION_CONNECTING: connection_end(c, REASON_TIMEOUT, "it did not answer the connection in 5 s"); break;
    case CONNECTION_HANDSHAKING: connection_end(c, REASON_TIMEOUT, "its handshake took over 5 s"); break;
    case CONNECTION_UP:
        if (c->fault == REASON_NONE) c->fault = REASON_SLOW;
        c->host->callbacks.faulted(c->host->context, c->id, c->fault);
        break;
    case CONNECTION_FLUSHING:
    case CONNECTION_DRAINING: connection_enter(c, CONNECTION_OVER); break;
    case CONNECTION_OVER: break;
    }
}

static struct connection *connection_new(struct connection_host *host, enum link_direction direction,
                                         const struct address *remote) {
    struct connection *c = memory_zeroed(1, sizeof *c);
    c->host = host;
    c->direction = direction;
    c->remote = *remote;
    c->fd = -1;
    c->began_at_ms = loop_now_ms(host->loop);
    c->timer = loop_timer_open(host->loop, connection_late, c);
    return c;
}

/* False: there is no room, and the connection has ended. */
static bool connection_watch(struct connection *c) {
    c->watch = loop_watch_open(c->host->loop, c->fd, connection_ready, c);
    if (!c->watch) connection_end(c, REASON_RESOURCES, "the system has no room to watch the socket");
    return c->watch != NULL;
}

struct connection *connection_dial(struct connection_host *host, uint32_t id, const struct address *to,
                                   const struct node_id *expected) {
    struct connection *c = connection_new(host, LINK_OUTBOUND, to);
    c->id = id;
    c->has_expected = expected != NULL;
    if (expected) c->expected = *expected;
    c->fd = socket_connect(to);
    if (c->fd < 0) {
        connection_end_by_errno(c, errno);
    } else if (connection_watch(c)) {
        loop_timer_start(c->timer, LIMIT_CONNECT_MS);
        loop_watch_want(c->watch, LOOP_WRITABLE);
    }
    return c;
}

struct connection *connection_accept(struct connection_host *host, int fd, const struct address *remote) {
    struct connection *c = connection_new(host, LINK_INBOUND, remote);
    c->fd = fd;
    if (connection_watch(c)) connection_secure(c);
    return c;
}

void connection_free(struct connection *c) {
    if (c->check) check_abandon(c->check, inlet_take_block(&c->inlet));
    connection_release(c); /* also takes its bytes out of the host's sum */
    inlet_deinit(&c->inlet);
    outbox_deinit(&c->outbox);
    memory_free(c);
}

bool connection_measure(const struct connection *c, struct link_measure *measure) {
    *measure = (struct link_measure){
        .bytes_in = c->bytes_in, .bytes_out = c->bytes_out, .unsent_bytes = outbox_size(&c->outbox)};
    struct socket_measure of_socket;
    if (c->fd < 0 || !socket_measure(c->fd, &of_socket)) return c->fd >= 0;
    measure->packets = of_socket.segments_out;
    measure->packets_lost = of_socket.segments_resent;
    return true;
}

bool connection_is_handshake(const struct connection *c) {
    return c->direction == LINK_INBOUND && !c->was_up && c->state != CONNECTION_OVER;
}
