/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/input_queue.h"

#include "base/memory.h"

struct waiting {
    struct input input;
    struct waiting *next;
    struct object_id file;
    struct content_part parts[]; /* of INPUT_PARTS_MISSING */
};
struct input_queue {
    struct input_queue_options options;
    struct loop_timer *turn;
    struct waiting *first, **last;
};

static void turn(void *context) {
    struct input_queue *queue = context;
    struct waiting *waiting = queue->first;
    queue->first = NULL;
    queue->last = &queue->first;
    while (waiting != NULL) {
        struct waiting *next = waiting->next;
        queue->options.feed(queue->options.context, &waiting->input);
        memory_free(waiting);
        waiting = next;
    }
    queue->options.turned(queue->options.context);
}

struct input_queue *input_queue_new(const struct input_queue_options *options) {
    struct input_queue *queue = memory_zeroed(1, sizeof *queue);
    queue->options = *options;
    queue->last = &queue->first;
    queue->turn = loop_timer_open(options->loop, turn, queue);
    return queue;
}

void input_queue_free(struct input_queue *queue) {
    if (queue == NULL) return;
    loop_timer_close(queue->turn);
    while (queue->first != NULL) {
        struct waiting *waiting = queue->first;
        queue->first = waiting->next;
        memory_free(waiting);
    }
    memory_free(queue);
}

void input_queue_turn(struct input_queue *queue) {
    loop_timer_start(queue->turn, 0);
}

static struct waiting *add_with(struct input_queue *queue, enum input_kind kind, size_t parts) {
    struct waiting *waiting = memory_zeroed(1, sizeof *waiting + parts * sizeof *waiting->parts);
    waiting->input.kind = kind;
    *queue->last = waiting;
    queue->last = &waiting->next;
    input_queue_turn(queue);
    return waiting;
}

static struct waiting *add(struct input_queue *queue, enum input_kind kind) {
    return add_with(queue, kind, 0);
}

void input_queue_file(struct input_queue *queue, const struct object_id *file, const struct file_news *news) {
    struct waiting *waiting = add(queue, INPUT_FILE);
    waiting->file = *file;
    waiting->input.as.file.id = &waiting->file;
    waiting->input.as.file.state = news->state;
    waiting->input.as.file.role = news->role;
    waiting->input.as.file.target = news->target;
    waiting->input.as.file.bytes = news->bytes;
    waiting->input.as.file.is_declined = news->is_declined;
}

void input_queue_gone(struct input_queue *queue, const struct object_id *record, int64_t at_ms) {
    struct waiting *waiting = add(queue, INPUT_RECORD_GONE);
    waiting->file = *record;
    waiting->input.as.kept.id = &waiting->file;
    waiting->input.as.kept.at_ms = at_ms;
}

void input_queue_room(struct input_queue *queue, uint64_t bytes) {
    add(queue, INPUT_STORAGE)->input.as.storage.room_bytes = bytes;
}

void input_queue_missing(struct input_queue *queue, const struct object_id *file, const struct content_part *parts,
                         size_t count, bool is_all) {
    struct waiting *waiting = add_with(queue, INPUT_PARTS_MISSING, count);
    waiting->file = *file;
    if (count > 0) memcpy(waiting->parts, parts, count * sizeof *parts);
    waiting->input.as.missing.file = &waiting->file;
    waiting->input.as.missing.parts = waiting->parts;
    waiting->input.as.missing.count = count;
    waiting->input.as.missing.is_all = is_all;
}

void input_queue_checked(struct input_queue *queue, uint32_t req, enum part_verdict verdict) {
    struct waiting *waiting = add(queue, INPUT_PART_CHECKED);
    waiting->input.as.checked.req = req;
    waiting->input.as.checked.verdict = verdict;
}

void input_queue_served(struct input_queue *queue, uint32_t link, uint32_t req, uint32_t bytes, enum miss_code miss) {
    struct waiting *waiting = add(queue, INPUT_SERVED);
    waiting->input.as.served.link = link;
    waiting->input.as.served.req = req;
    waiting->input.as.served.bytes = bytes;
    waiting->input.as.served.miss = miss;
}

void input_queue_record_sent(struct input_queue *queue, uint32_t link, const struct object_id *id, uint32_t bytes) {
    struct waiting *waiting = add(queue, INPUT_RECORD_SENT);
    waiting->file = *id;
    waiting->input.as.sent.link = link;
    waiting->input.as.sent.id = &waiting->file;
    waiting->input.as.sent.bytes = bytes;
}

void input_queue_proof(struct input_queue *queue, const struct object_id *file, const struct content_part *chunk,
                       uint32_t offset, uint32_t length) {
    struct waiting *waiting = add(queue, INPUT_PROOF_CHOSEN);
    waiting->file = *file;
    waiting->input.as.proof.file = &waiting->file;
    waiting->input.as.proof.part = *chunk;
    waiting->input.as.proof.offset = offset;
    waiting->input.as.proof.length = length;
}
