/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/approval_queue.h"

#include <stdio.h>
#include <string.h>

#include "base/deadline.h"
#include "swarm/peer/diversity.h"

static struct approval *find(struct approval_queue *queue, const struct node_id *id) {
    for (size_t i = 0; i < queue->count; i++)
        if (node_id_equal(&queue->rows[i].node_id, id)) return &queue->rows[i];
    return NULL;
}

static size_t count_of(const struct approval_queue *queue, const struct address *address) {
    size_t count = 0;
    for (size_t i = 0; i < queue->count; i++) count += diversity_same_prefix(&queue->rows[i].address, address);
    return count;
}

static void remove_at(struct approval_queue *queue, size_t index) {
    queue->count--;
    memmove(&queue->rows[index], &queue->rows[index + 1], (queue->count - index) * sizeof *queue->rows);
}

/* False: the newcomer's network holds as much as any. */
static bool make_room(struct approval_queue *queue, const struct address *address) {
    size_t most = count_of(queue, address), index = SIZE_MAX;
    if (queue->count < LIMIT_APPROVALS_MAX) return true;
    for (size_t i = queue->count; i-- > 0;) {
        const size_t held = count_of(queue, &queue->rows[i].address);
        if (held <= most + (index == SIZE_MAX)) continue; /* one more than the newcomer's would only change sides */
        most = held;
        index = i;
    }
    if (index != SIZE_MAX) remove_at(queue, index);
    return index != SIZE_MAX;
}

bool approval_queue_call(struct approval_queue *queue, const struct peer_face *face, const struct address *address,
                         int64_t now_ms) {
    struct approval *row = find(queue, face->node_id);
    const bool is_new = row == NULL;
    if (is_new && !make_room(queue, address)) return false;
    if (is_new) {
        row = &queue->rows[queue->count++];
        *row = (struct approval){.node_id = *face->node_id, .since_ms = now_ms};
    }
    (void)snprintf(row->user_id, sizeof row->user_id, "%s", face->user_id == NULL ? "" : face->user_id);
    row->is_user_proven = face->is_user_proven;
    row->address = *address;
    row->last_ms = now_ms;
    row->calls++;
    return is_new;
}

bool approval_queue_remove(struct approval_queue *queue, const struct node_id *id) {
    struct approval *row = find(queue, id);
    if (row != NULL) remove_at(queue, (size_t)(row - queue->rows));
    return row != NULL;
}

void approval_queue_lapse(struct approval_queue *queue, int64_t now_ms) {
    for (size_t i = queue->count; i-- > 0;)
        if (queue->rows[i].last_ms + APPROVAL_LAPSE_MS <= now_ms) remove_at(queue, i);
}

int64_t approval_queue_deadline_ms(const struct approval_queue *queue) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < queue->count; i++)
        deadline_ms = deadline_earlier(deadline_ms, queue->rows[i].last_ms + APPROVAL_LAPSE_MS);
    return deadline_ms;
}
