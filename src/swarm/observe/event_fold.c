/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/observe/event_fold.h"

enum { SHARED_ROW = EVENT_FOLD_ROWS - 1 };

/* What happens on loopback is the caretaker's own doing, and is told one by one. */
static bool may_fold(const struct event *event) {
    if (event->has_address && address_scope(&event->address) == ADDRESS_SCOPE_LOOPBACK) return false;
    switch (event->code) {
    case EVENT_CONNECT_ATTEMPT:
    case EVENT_CONNECT_FAILED:
    case EVENT_LINK_HANDSHAKE:
    case EVENT_LINK_OPEN:
    case EVENT_LINK_CLOSING:
    case EVENT_LINK_CLOSED:
    case EVENT_LINK_REFUSED:
    case EVENT_LINK_DECLINED:
    case EVENT_TICKET_STALE:
    case EVENT_PEX_TICKETS_REFUSED: return true;
    default: return false;
    }
}

static struct event_fold_row row_for(const struct event *event) {
    struct event_fold_row row = {.begins_at_ms = event->at_ms, .code = event->code, .reason = event->reason};
    if (event->has_address) row.prefix = address_diversity_prefix(&event->address);
    return row;
}

static bool is_same(const struct event_fold_row *a, const struct event_fold_row *b) {
    return a->code == b->code && a->reason == b->reason && address_equal(&a->prefix, &b->prefix);
}

static struct event_fold_row *row_find(struct event_fold *fold, const struct event_fold_row *wanted) {
    struct event_fold_row *unused = NULL;
    for (size_t i = 0; i < SHARED_ROW; i++) {
        struct event_fold_row *row = &fold->rows[i];
        if (row->count > 0 && is_same(row, wanted)) return row;
        if (row->count == 0 && unused == NULL) unused = row;
    }
    if (unused == NULL) unused = &fold->rows[SHARED_ROW];
    if (unused->count == 0) *unused = *wanted;
    return unused;
}

bool event_fold_keeps(struct event_fold *fold, const struct event *event) {
    if (!may_fold(event)) return true;
    const struct event_fold_row wanted = row_for(event);
    struct event_fold_row *row = row_find(fold, &wanted);
    row->count++;
    if (row->count <= EVENT_FOLD_KEPT || row->count % EVENT_FOLD_SAMPLE == 0) return true;
    row->dropped++;
    return false;
}

/* "link-refused (tls-failed) at 203.0.113.0/24" */
static void describe(struct event *summary, const struct event_fold_row *row, bool is_shared) {
    char memory[EVENT_TEXT_MAX + 1];
    struct buffer out = buffer_over((uint8_t *)memory, sizeof memory - 1);
    if (is_shared) {
        event_set_text(summary, "refusals of many networks");
        return;
    }
    buffer_put_text(&out, event_name((enum event_code)row->code));
    buffer_put_text(&out, " (");
    buffer_put_text(&out, reason_name((enum reason)row->reason));
    buffer_put_text(&out, ")");
    if (row->prefix.family != ADDRESS_NONE) {
        buffer_put_text(&out, " at ");
        address_write_ip(&out, &row->prefix);
        buffer_put_text(&out, row->prefix.family == ADDRESS_IPV4 ? "/24" : "/48");
    }
    memory[out.size] = '\0';
    event_set_text(summary, memory);
}

bool event_fold_take_ended(struct event_fold *fold, int64_t now_ms, struct event *summary) {
    for (size_t i = 0; i < EVENT_FOLD_ROWS; i++) {
        struct event_fold_row row = fold->rows[i];
        const int64_t age_ms = now_ms - row.begins_at_ms; /* under 0: the clock was set back */
        if (row.count == 0 || (age_ms >= 0 && age_ms < EVENT_FOLD_WINDOW_MS)) continue;
        fold->rows[i] = (struct event_fold_row){0};
        if (row.dropped == 0) continue;
        *summary = (struct event){.code = EVENT_EVENTS_FOLDED, .at_ms = now_ms, .figures = {row.dropped}};
        describe(summary, &row, i == SHARED_ROW);
        return true;
    }
    return false;
}
