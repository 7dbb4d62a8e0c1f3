/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/identity/clone_guard.h"

#include <stdio.h>
#include <string.h>

#include "base/deadline.h"
#include "base/must.h"
#include "swarm/engine_inside.h"
#include "swarm/link/session.h"
#include "swarm/rendezvous/harvest.h"

enum {
    /* Two tickets of one node never carry the same time, so a process may sign a little ahead of its clock. */
    BEFORE_MS = 1000,
    /* Sources that do not answer are waited for as long, when another one did. */
    LISTEN_MS = 20000,
    ALONE_MS = LIMIT_TICKET_LIFETIME_MS + LIMIT_CLOCK_SKEW_MS,
    TELL_EVERY_MS = 300000,
};
_Static_assert(LIMIT_SOURCES_MAX <= 32, "a bit for each source");

const char *clone_stand_name(enum clone_stand stand) {
    static const char *const names[] = {"normal", "listening", "quiet", "probation"};
    return names[stand];
}

bool clone_stand_is_quiet(enum clone_stand stand) {
    return stand == CLONE_LISTENING || stand == CLONE_QUIET;
}

bool clone_guard_is_quiet(const struct engine *engine) {
    return clone_stand_is_quiet(engine->clone.stand);
}

static bool is_boot(const uint8_t a[8], const uint8_t b[8]) {
    return memcmp(a, b, 8) == 0;
}

/* By the wall clock as it is now: it may have been set since. */
static int64_t started_wall_ms(const struct engine *engine) {
    return engine->started_at_ms + engine->wall_offset_ms;
}

/* ---- Stands ---- */

static void mark(struct engine *engine, bool is_marked) {
    if (engine->clone.is_marked == is_marked) return;
    engine->clone.is_marked = is_marked;
    actions_add(engine->actions, ACTION_MARK)->is_gone = !is_marked;
}

static void close_links(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        struct link_row *link = &engine->links.rows[i];
        if (link->in_use) session_close(engine, link, REASON_CLONE, "its keys are in use twice", now_ms);
    }
}

static void write_where(const struct clone_guard *guard, char text[EVENT_TEXT_MAX + 1]) {
    char address[ADDRESS_TEXT_MAX];
    (void)snprintf(text, EVENT_TEXT_MAX + 1, "%s%sas %s says",
                   guard->has_address ? address_text(&guard->address, address) : "", guard->has_address ? ", " : "",
                   guard->source);
}

static void emit_stand(struct engine *engine, int64_t now_ms) {
    char text[EVENT_TEXT_MAX + 1] = "";
    const struct clone_guard *guard = &engine->clone;
    struct event *event = NULL;
    switch (guard->stand) {
    case CLONE_NORMAL: engine_emit(engine, EVENT_CLONE_ALONE, now_ms); return;
    case CLONE_LISTENING: engine_emit(engine, EVENT_CLONE_LISTENING, now_ms); return;
    case CLONE_QUIET:
        write_where(guard, text);
        event = engine_emit(engine, EVENT_CLONE_QUIET, now_ms);
        event_set_text(event, text);
        return;
    case CLONE_PROBATION: engine_emit(engine, EVENT_CLONE_GOES_ON, now_ms); return;
    }
}

static void stand_enter(struct engine *engine, enum clone_stand stand, int64_t now_ms) {
    struct clone_guard *guard = &engine->clone;
    must(guard->stand != stand);
    guard->stand = stand;
    guard->entered_ms = now_ms;
    guard->answered = 0;
    guard->heard_ms = 0;
    emit_stand(engine, now_ms);
    switch (stand) {
    case CLONE_NORMAL:
        mark(engine, false);
        guard->has_other = false;
        return;
    case CLONE_LISTENING: return;
    case CLONE_QUIET:
        mark(engine, true);
        close_links(engine, now_ms);
        harvest_refresh(engine, now_ms);
        return;
    case CLONE_PROBATION:
        harvest_ticket_due(engine, now_ms);
        harvest_refresh(engine, now_ms);
        return;
    }
}

void clone_guard_mark(struct engine *engine) {
    if (engine->started_at_ms == 0) engine->clone.is_marked = true;
}

void clone_guard_start(struct engine *engine, int64_t now_ms) {
    engine->clone.entered_ms = now_ms;
    if (engine->clone.is_marked) stand_enter(engine, CLONE_LISTENING, now_ms);
}

/* ---- The other one ---- */

static void tell_seen(struct engine *engine, int64_t now_ms) {
    struct clone_guard *guard = &engine->clone;
    char text[EVENT_TEXT_MAX + 1];
    if (guard->told_ms != 0 && now_ms - guard->told_ms < TELL_EVERY_MS) return;
    guard->told_ms = now_ms;
    write_where(guard, text);
    struct event *event = engine_emit(engine, EVENT_CLONE_SEEN, now_ms);
    event->figures[0] = engine_wall_ms(engine, now_ms) - guard->issued_at_ms;
    event_set_text(event, text);
}

static void note_other(struct clone_guard *guard, const struct ticket *ticket, const struct address *address,
                       const char *source) {
    const bool is_same = guard->has_other && is_boot(guard->boot, ticket->boot);
    const int64_t began_ms = ticket->has_user_cert ? ticket->user_cert.not_before_ms : ticket->issued_at_ms;
    if (is_same && ticket->issued_at_ms < guard->issued_at_ms) return;
    if (!is_same) guard->told_ms = 0;
    if (!is_same || began_ms < guard->since_ms) guard->since_ms = began_ms;
    guard->has_other = true;
    memcpy(guard->boot, ticket->boot, sizeof guard->boot);
    guard->issued_at_ms = ticket->issued_at_ms;
    guard->until_ms = ticket->expires_at_ms + LIMIT_CLOCK_SKEW_MS;
    guard->has_address = address != NULL || ticket->addr_count > 0;
    if (guard->has_address) guard->address = address != NULL ? *address : ticket->addrs[0];
    (void)snprintf(guard->source, sizeof guard->source, "%s", source);
}

/* Both come to the same answer, each from its own side. */
static bool began_later(const struct self *self, const struct ticket *other) {
    const bool has_both = self->has_user && other->has_user_cert;
    if (has_both && self->cert.not_before_ms != other->user_cert.not_before_ms)
        return self->cert.not_before_ms > other->user_cert.not_before_ms;
    return memcmp(self->boot, other->boot, sizeof self->boot) < 0;
}

static void take(struct engine *engine, const struct ticket *ticket, const struct address *address, const char *source,
                 int64_t now_ms) {
    static const uint8_t not_said[8] = {0};
    struct clone_guard *guard = &engine->clone;
    if (engine->started_at_ms == 0 || engine->is_stopping) return;
    if (!ticket->is_native || !public_key_equal(&ticket->key, &engine->self.key)) return;
    if (is_boot(ticket->boot, engine->self.boot) || is_boot(ticket->boot, not_said)) return;
    if (!ticket_is_fresh(ticket, engine_wall_ms(engine, now_ms))) return;
    const bool is_quiet = clone_guard_is_quiet(engine);
    if (!is_quiet && ticket->issued_at_ms <= started_wall_ms(engine) + BEFORE_MS) return;
    note_other(guard, ticket, address, source);
    tell_seen(engine, now_ms);
    guard->must_yield = guard->stand == CLONE_LISTENING || (!is_quiet && began_later(&engine->self, ticket));
}

void clone_guard_ticket(struct engine *engine, const struct ticket *ticket, const struct learned_from *from,
                        int64_t now_ms) {
    const bool is_source = from->kind == PROVENANCE_BEACON && from->source < engine->harvest.source_count;
    take(engine, ticket, NULL, is_source ? engine->harvest.sources[from->source].place.name : "a peer", now_ms);
}

void clone_guard_linked(struct engine *engine, const struct link_row *link, const struct ticket *ticket,
                        int64_t now_ms) {
    take(engine, ticket, &link->address, "it itself", now_ms);
}

/* ---- How it goes on ---- */

void clone_guard_answered(struct engine *engine, size_t source, int64_t now_ms) {
    engine->clone.answered |= 1U << source;
    engine->clone.heard_ms = now_ms;
}

static bool has_heard_all(const struct engine *engine) {
    const size_t count = engine->harvest.source_count;
    for (size_t i = 0; i < count; i++)
        if ((engine->clone.answered >> i & 1) == 0) return false;
    return true;
}

/* Who cannot ask anybody goes on as well: then peers will say. */
static bool has_listened(const struct engine *engine, int64_t now_ms) {
    const int64_t listened_ms = now_ms - engine->clone.entered_ms;
    return has_heard_all(engine) || listened_ms >= ALONE_MS ||
           (listened_ms >= LISTEN_MS && engine->clone.answered != 0);
}

/* Its last ticket has run out, and a source that was asked since knows no newer one; or none answers at all. */
static bool is_other_gone(const struct engine *engine, int64_t now_ms) {
    const struct clone_guard *guard = &engine->clone;
    const int64_t gone_ms = engine_wall_ms(engine, now_ms) - guard->until_ms;
    if (gone_ms <= 0) return false;
    const bool has_asked = guard->heard_ms != 0 && now_ms - guard->heard_ms < gone_ms;
    return has_asked || engine->harvest.source_count == 0 || gone_ms >= ALONE_MS;
}

/* Something of the network answered at the end of a ticket's life without another's. */
static bool has_been_alone(const struct engine *engine) {
    const struct clone_guard *guard = &engine->clone;
    return guard->heard_ms != 0 && guard->heard_ms - guard->entered_ms >= ALONE_MS;
}

void clone_guard_tick(struct engine *engine, int64_t now_ms) {
    struct clone_guard *guard = &engine->clone;
    if (engine->is_stopping || engine->started_at_ms == 0) return;
    if (guard->must_yield) {
        guard->must_yield = false;
        stand_enter(engine, CLONE_QUIET, now_ms);
    }
    switch (guard->stand) {
    case CLONE_NORMAL: return;
    case CLONE_LISTENING:
        if (has_listened(engine, now_ms)) stand_enter(engine, CLONE_PROBATION, now_ms);
        return;
    case CLONE_QUIET:
        if (is_other_gone(engine, now_ms)) stand_enter(engine, CLONE_PROBATION, now_ms);
        return;
    case CLONE_PROBATION:
        if (link_table_count_state(&engine->links, LINK_STATE_OPEN) > 0) guard->heard_ms = now_ms;
        if (has_been_alone(engine)) stand_enter(engine, CLONE_NORMAL, now_ms);
        return;
    }
}

/* The answers of sources come as inputs; only what passes by itself has a time. */
int64_t clone_guard_deadline_ms(const struct engine *engine) {
    const struct clone_guard *guard = &engine->clone;
    const int64_t until_ms = guard->until_ms - engine->wall_offset_ms;
    switch (guard->stand) {
    case CLONE_NORMAL: return INT64_MAX;
    case CLONE_LISTENING: return guard->entered_ms + (guard->answered != 0 ? LISTEN_MS : ALONE_MS);
    case CLONE_QUIET: return until_ms + (engine->harvest.source_count == 0 ? 1 : ALONE_MS);
    case CLONE_PROBATION:
        return link_table_count_state(&engine->links, LINK_STATE_OPEN) > 0 ? guard->entered_ms + ALONE_MS : INT64_MAX;
    }
    return INT64_MAX;
}
