/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/sync_session.h"

#include "base/must.h"

#include <string.h>

bool sync_session_put_have(struct sync_session *session, const struct set_item *item) {
    size_t at = session->have_count;
    while (at > 0 && set_item_compare(&session->haves[at - 1], item) > 0) at--;
    if (at > 0 && set_item_compare(&session->haves[at - 1], item) == 0) return true;
    if (session->have_count == LIMIT_SYNC_MOVED) {
        session->is_cut = true;
        if (at == session->have_count) return false;
        session->have_count--;
    }
    memmove(&session->haves[at + 1], &session->haves[at], (session->have_count - at) * sizeof session->haves[0]);
    session->haves[at] = *item;
    session->have_count++;
    return true;
}

bool sync_session_put_need(struct sync_session *session, const struct sync_need *need, struct object_id *left_out) {
    size_t at = session->need_count;
    while (at > 0 && set_item_compare(&session->needs[at - 1].from, &need->from) > 0) at--;
    const bool is_full = session->need_count == LIMIT_SYNC_MOVED;
    if (is_full) {
        session->is_cut = true;
        *left_out = at == session->need_count ? need->id : session->needs[session->need_count - 1].id;
        if (at == session->need_count) return true;
        session->need_count--;
    }
    memmove(&session->needs[at + 1], &session->needs[at], (session->need_count - at) * sizeof session->needs[0]);
    session->needs[at] = *need;
    session->need_count++;
    return is_full;
}

bool sync_session_take(struct sync_session *session, const struct object_id *id) {
    for (size_t i = session->got; i < session->asked; i++) {
        if (!object_id_equal(&session->needs[i].id, id)) continue;
        session->got = i + 1;
        return true;
    }
    return false;
}

bool sync_session_has_moved(const struct sync_session *session) {
    must_le(session->got, session->need_count);
    return session->got == session->need_count && session->given == session->have_count;
}
