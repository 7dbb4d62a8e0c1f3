/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Bytes that wait: what came in and is not read yet, a body as it grows, what a slow reader has not taken.
 * Owns: its memory, which grows by doubling and goes back when it runs empty and had grown.
 * Full: the owner sets the bound before it appends; append gives false only without memory. */

#include "base/bytes.h"
#include "base/err.h"

struct http_queue {
    uint8_t *at;
    size_t begin; /* of what waits */
    size_t end;
    size_t capacity;
};

MUST_USE bool http_queue_reserve(struct http_queue *queue, size_t size); /* the next `size` bytes will fit */
MUST_USE bool http_queue_append(struct http_queue *queue, struct span bytes);
struct span http_queue_span(const struct http_queue *queue); /* borrowed until the next append or drop */
uint8_t *http_queue_at(struct http_queue *queue);            /* the same bytes, to be changed in place */
void http_queue_drop(struct http_queue *queue, size_t size); /* from the front */
void http_queue_deinit(struct http_queue *queue);
