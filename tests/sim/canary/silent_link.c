/* SPDX-License-Identifier: Apache-2.0 */
/* A planted bug: a link over which nothing comes any more is asked, and then never given up. */
#include "swarm/link/session.h"

void __real_session_close(struct engine *engine, struct link_row *link, enum reason reason, const char *text,
                          int64_t now_ms);
void __wrap_session_close(struct engine *engine, struct link_row *link, enum reason reason, const char *text,
                          int64_t now_ms);

void __wrap_session_close(struct engine *engine, struct link_row *link, enum reason reason, const char *text,
                          int64_t now_ms) {
    bool is_silence = reason == REASON_TIMEOUT && link->state == LINK_STATE_OPEN;
    if (is_silence) link->health.heard_at_ms += LIMIT_PING_MS;
    if (!is_silence) __real_session_close(engine, link, reason, text, now_ms);
}
