/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_deadline.h"

#include <stddef.h>

#include "base/must.h"

static void deadlines_arm(struct http_deadlines *d) {
    int64_t next_ms = INT64_MAX;
    for (int kind = 0; kind < HTTP_DEADLINE_KINDS; kind++)
        if (d->first[kind] != NULL && d->first[kind]->at_ms < next_ms) next_ms = d->first[kind]->at_ms;
    /* A timer that fires too early only looks and arms itself again; that is cheaper than moving it each time. */
    if (next_ms == INT64_MAX || (d->armed_ms != 0 && d->armed_ms <= next_ms)) return;
    d->armed_ms = next_ms;
    loop_timer_start(d->timer, next_ms - loop_now_ms(d->loop));
}

static void deadlines_fired(void *context) {
    struct http_deadlines *d = context;
    int64_t now_ms = loop_now_ms(d->loop);
    d->armed_ms = 0;
    for (int kind = 0; kind < HTTP_DEADLINE_KINDS; kind++) {
        while (d->first[kind] != NULL && d->first[kind]->at_ms <= now_ms) {
            struct http_deadline *due = d->first[kind];
            http_deadline_clear(d, due);
            d->passed(due, (enum http_deadline_kind)kind);
        }
    }
    deadlines_arm(d);
}

void http_deadlines_open(struct http_deadlines *deadlines, struct loop *loop,
                         void (*passed)(struct http_deadline *deadline, enum http_deadline_kind kind)) {
    deadlines->loop = loop;
    deadlines->passed = passed;
    deadlines->timer = loop_timer_open(loop, deadlines_fired, deadlines);
}

void http_deadlines_close(struct http_deadlines *deadlines) {
    loop_timer_close(deadlines->timer);
    deadlines->timer = NULL;
}

void http_deadline_set(struct http_deadlines *deadlines, struct http_deadline *deadline, enum http_deadline_kind kind) {
    must(deadlines->timer != NULL);
    http_deadline_clear(deadlines, deadline);
    struct http_deadline *last = deadlines->last[kind];
    *deadline = (struct http_deadline){.previous = last,
                                       .at_ms = loop_now_ms(deadlines->loop) + deadlines->length_ms[kind],
                                       .kind = kind,
                                       .is_set = true};
    if (last != NULL)
        last->next = deadline;
    else
        deadlines->first[kind] = deadline;
    deadlines->last[kind] = deadline;
    deadlines_arm(deadlines);
}

void http_deadline_clear(struct http_deadlines *deadlines, struct http_deadline *deadline) {
    if (!deadline->is_set) return;
    enum http_deadline_kind kind = deadline->kind;
    if (deadline->previous != NULL)
        deadline->previous->next = deadline->next;
    else
        deadlines->first[kind] = deadline->next;
    if (deadline->next != NULL)
        deadline->next->previous = deadline->previous;
    else
        deadlines->last[kind] = deadline->previous;
    *deadline = (struct http_deadline){0};
}
