/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/certificate_watch.h"

#include "base/memory.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

struct certificate_watch {
    struct loop *loop;
    struct event_log *events;
    struct loop_timer *timer;
    struct http_tls_facts facts;
};

static void tell(const struct certificate_watch *watch, enum event_code code, int64_t days, const char *text) {
    struct event event = {.code = (uint16_t)code, .at_ms = loop_wall_ms(watch->loop), .figures = {days}};
    event_set_text(&event, text);
    if (watch->events != NULL) event_log_add(watch->events, &event);
}

static void look(void *context) {
    struct certificate_watch *watch = context;
    if (!watch->facts.is_on) return;
    const int64_t left_ms = watch->facts.expires_at_ms - loop_wall_ms(watch->loop);
    if (left_ms <= 0)
        tell(watch, EVENT_CERTIFICATE_OVER, -left_ms / DAY_MS, "");
    else if (left_ms < (int64_t)CERTIFICATE_WARNED_DAYS * DAY_MS)
        tell(watch, EVENT_CERTIFICATE_ENDS, left_ms / DAY_MS, "");
    loop_timer_start(watch->timer, DAY_MS);
}

struct certificate_watch *certificate_watch_new(struct loop *loop, struct event_log *events) {
    struct certificate_watch *watch = memory_zeroed(1, sizeof *watch);
    watch->loop = loop;
    watch->events = events;
    watch->timer = loop_timer_open(loop, look, watch);
    return watch;
}

void certificate_watch_free(struct certificate_watch *watch) {
    if (watch == NULL) return;
    loop_timer_close(watch->timer);
    memory_free(watch);
}

void certificate_watch_set(struct certificate_watch *watch, const struct http_tls_facts *facts, const char *key_file) {
    watch->facts = *facts;
    loop_timer_stop(watch->timer);
    if (facts->has_open_key) tell(watch, EVENT_CERTIFICATE_KEY_OPEN, 0, key_file);
    look(watch);
}
