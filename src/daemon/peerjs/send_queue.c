/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peerjs/send_queue.h"

#include "base/memory.h"
#include "base/must.h"

struct send_item {
    struct send_item *next;
    struct data_packet packet;
    struct peerjs_cut cut; /* of a value: where it is */
};

void send_queue_init(struct send_queue *queue, struct peerjs_budget *budget) {
    *queue = (struct send_queue){.budget = budget};
}

static void remove_first(struct send_queue *queue) {
    struct send_item *item = queue->first;
    must_le(item->packet.size, queue->waiting);
    must_le(item->packet.size, queue->budget->held);
    queue->waiting -= item->packet.size;
    queue->budget->held -= item->packet.size;
    queue->first = item->next;
    if (queue->first == NULL) queue->last = NULL;
    memory_free(item->packet.bytes);
    memory_free(item);
}

void send_queue_deinit(struct send_queue *queue) {
    while (queue->first != NULL) remove_first(queue);
}

bool send_queue_has_room(const struct send_queue *queue, size_t size) {
    return queue->waiting + size <= SEND_QUEUE_MAX && queue->budget->held + size <= queue->budget->held_max;
}

void send_queue_push(struct send_queue *queue, struct data_packet *packet) {
    struct send_item *item = memory_zeroed(1, sizeof *item);
    item->packet = *packet;
    *packet = (struct data_packet){0};
    item->cut = peerjs_cut_begin((struct span){item->packet.bytes, item->packet.size}, queue->values + 1);
    if (item->packet.is_value && item->cut.total > 1) queue->values++;
    if (queue->last != NULL)
        queue->last->next = item;
    else
        queue->first = item;
    queue->last = item;
    queue->waiting += item->packet.size;
    queue->budget->held += item->packet.size;
}

bool send_queue_peek(const struct send_queue *queue, uint8_t memory[static PEERJS_FRAME_MAX], enum rtc_kind *kind,
                     struct span *frame) {
    const struct send_item *item = queue->first;
    if (item == NULL) return false;
    *kind = item->packet.kind;
    *frame = (struct span){item->packet.bytes, item->packet.size};
    if (!item->packet.is_value || item->cut.total == 1) return true;
    struct peerjs_cut cut = item->cut;
    struct buffer out = buffer_over(memory, PEERJS_FRAME_MAX);
    must(peerjs_cut_next(&cut, &out));
    must(!out.overflowed);
    *frame = buffer_span(&out);
    return true;
}

void send_queue_sent(struct send_queue *queue) {
    struct send_item *item = queue->first;
    must(item != NULL);
    item->cut.next++;
    if (!item->packet.is_value || item->cut.next == item->cut.total) remove_first(queue);
}
