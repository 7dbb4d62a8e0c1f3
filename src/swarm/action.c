/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/action.h"

#include "base/memory.h"
#include "base/must.h"

enum {
    /* A feed may, at worst, touch every link with a ping, a ticket, a goodbye, a close and two events each. */
    /* A peer that sent something wrong has all its questions given up and asked of others. */
    /* A record goes over each link, or is announced there with those before it; and each that is missing is asked for.
     */
    /* Every session may begin, or ask; and as many records are sent as the host takes. */
    ACTIONS_MAX = LIMIT_LINKS_MAX * 10 + 256 + 4 * LIMIT_ASKS_MAX + LIMIT_MISSING_MAX + 4 * LIMIT_SYNC_SESSIONS +
                  LIMIT_SENDING_RECORDS,
    ACTION_BYTES_MAX = 6 * LIMIT_CONTROL_BODY_MAX + LIMIT_LINKS_MAX * (512 + 2 * LIMIT_IHAVE_IDS * OBJECT_HALF_SIZE) +
                       LIMIT_MISSING_MAX * OBJECT_HALF_SIZE +
                       LIMIT_SYNC_SESSIONS * (LIMIT_SYNC_FRAME + LIMIT_LACK_IDS * (int)sizeof(struct object_id)),
};

struct actions {
    size_t count;
    size_t taken;
    size_t byte_count;
    struct action items[ACTIONS_MAX];
    uint8_t bytes[ACTION_BYTES_MAX];
};

struct actions *actions_new(void) {
    return memory_try_zeroed(1, sizeof(struct actions));
}

void actions_free(struct actions *actions) {
    memory_free(actions);
}

bool actions_take(struct actions *actions, struct action *action) {
    if (actions->taken == actions->count) return false;
    *action = actions->items[actions->taken++];
    return true;
}

void actions_reset(struct actions *actions) {
    must(actions->taken == actions->count);
    actions->count = 0;
    actions->taken = 0;
    actions->byte_count = 0;
}

struct action *actions_add(struct actions *actions, enum action_kind kind) {
    must_le(actions->count + 1, ACTIONS_MAX);
    struct action *action = &actions->items[actions->count++];
    *action = (struct action){.kind = kind};
    return action;
}

struct buffer actions_bytes(struct actions *actions) {
    return buffer_over(actions->bytes + actions->byte_count, sizeof actions->bytes - actions->byte_count);
}

struct span actions_keep_bytes(struct actions *actions, const struct buffer *written) {
    must(!written->overflowed);
    actions->byte_count += written->size;
    return buffer_span(written);
}
