/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the content of a node has to tell its engine, kept until the next turn of the loop: the engine may be at work
 * just now, on an action that led here.
 * Owns: copies of all that an input points to.   Never: reorders.
 * Full: cannot be; each input answers an action, and the engine bounds those. */

#include "daemon/loop/loop.h"
#include "swarm/input.h"

struct input_queue;

struct input_queue_options {
    struct loop *loop;
    void (*feed)(void *context, const struct input *input);
    void (*turned)(void *context); /* after each turn, when all of it is fed */
    void *context;                 /* borrowed */
};
struct input_queue *input_queue_new(const struct input_queue_options *options); /* owned by the caller */
void input_queue_free(struct input_queue *queue);                               /* accepts NULL */

/* What the engine is told of a file. */
struct file_news {
    enum file_state state;
    enum holding_role role;
    uint8_t target; /* both 0: its manifest is not here */
    uint64_t bytes;
    bool is_declined; /* of one that is only known: it was removed here */
};
void input_queue_file(struct input_queue *queue, const struct object_id *file, const struct file_news *news);
void input_queue_gone(struct input_queue *queue, const struct object_id *record, int64_t at_ms);
void input_queue_room(struct input_queue *queue, uint64_t bytes); /* INPUT_STORAGE */
void input_queue_missing(struct input_queue *queue, const struct object_id *file, const struct content_part *parts,
                         size_t count, bool is_all);
void input_queue_checked(struct input_queue *queue, uint32_t req, enum part_verdict verdict);
/* `length` 0: there is nothing to compare. */
void input_queue_proof(struct input_queue *queue, const struct object_id *file, const struct content_part *chunk,
                       uint32_t offset, uint32_t length);
void input_queue_served(struct input_queue *queue, uint32_t link, uint32_t req, uint32_t bytes, enum miss_code miss);
void input_queue_record_sent(struct input_queue *queue, uint32_t link, const struct object_id *id, uint32_t bytes);
void input_queue_turn(struct input_queue *queue); /* `turned` comes, also with nothing to feed */
