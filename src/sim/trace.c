/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/trace.h"

#include "base/map.h"
#include "base/memory.h"
#include "base/must.h"

#include <string.h>

enum { FIXED_PART_MAX = 512 };

void trace_init(struct trace *trace, size_t capacity) {
    must(capacity > 0);
    *trace = (struct trace){.lines = memory_zeroed(capacity, sizeof(struct trace_line)), .capacity = capacity};
}

void trace_deinit(struct trace *trace) {
    memory_free(trace->lines);
    *trace = (struct trace){0};
}

static void chain(struct trace *trace, struct span bytes) {
    trace->hash = map_hash(bytes, trace->hash, trace->count);
}

static void put_id(struct buffer *out, const struct node_id *id) {
    buffer_put(out, (struct span){id->bytes, sizeof id->bytes});
}

static void put_address(struct buffer *out, const struct address *address) {
    buffer_put_u8(out, address->family);
    buffer_put_u32(out, address->port);
    buffer_put(out, (struct span){address->ip, sizeof address->ip});
}

static void put_event(struct buffer *out, const struct event *event) {
    buffer_put_u32(out, event->code);
    buffer_put_u8(out, event->reason);
    put_id(out, &event->peer);
    put_address(out, &event->address);
    buffer_put_u64(out, (uint64_t)event->figures[0]);
    buffer_put_u64(out, (uint64_t)event->figures[1]);
    buffer_put_text(out, event->text);
}

static void put_row(struct buffer *out, const struct book_row *row) {
    put_id(out, &row->node_id);
    buffer_put_u8(out, row->addr_count);
    for (size_t i = 0; i < row->addr_count; i++) put_address(out, &row->addrs[i]);
    buffer_put_u64(out, (uint64_t)row->issued_at_ms);
    buffer_put_u64(out, (uint64_t)row->last_seen_at_ms);
    buffer_put_u64(out, (uint64_t)row->linked_at_ms);
}

static void put_action(struct buffer *out, const struct action *action) {
    buffer_put_u8(out, (uint8_t)action->kind);
    buffer_put_u32(out, action->link);
    buffer_put_u8(out, action->type);
    buffer_put_u8(out, action->source);
    buffer_put_u8(out, action->is_graceful);
    put_id(out, &action->peer);
    put_address(out, &action->address);
    if (action->kind == ACTION_EMIT) put_event(out, &action->as.event);
    if (action->kind == ACTION_STORE_ROW) put_row(out, &action->as.row);
}

static void chain_action(struct trace *trace, uint32_t host, const struct action *action, int64_t now_ms) {
    uint8_t memory[FIXED_PART_MAX];
    struct buffer fixed = buffer_over(memory, sizeof memory);
    buffer_put_u64(&fixed, (uint64_t)now_ms);
    buffer_put_u32(&fixed, host);
    put_action(&fixed, action);
    must(!fixed.overflowed);
    chain(trace, buffer_span(&fixed));
    if (action->bytes.size > 0) chain(trace, action->bytes);
}

static void add_line(struct trace *trace, uint32_t host, const struct event *event, int64_t now_ms) {
    trace->lines[trace->count++ % trace->capacity] = (struct trace_line){now_ms, host, *event};
    trace->events[event->code]++;
    if (event->code == EVENT_LINK_CLOSED) trace->closed[event->reason]++;
}

void trace_action(struct trace *trace, uint32_t host, const struct action *action, int64_t now_ms) {
    chain_action(trace, host, action, now_ms);
    if (action->kind == ACTION_EMIT) add_line(trace, host, &action->as.event, now_ms);
    if (action->kind == ACTION_SEND) trace_frame(trace, action->type, action->bytes.size);
}

void trace_frame(struct trace *trace, uint8_t type, size_t body_size) {
    trace->frames[type]++;
    trace->bytes[type] += LIMIT_FRAME_HEADER_SIZE + body_size;
}

size_t trace_kept(const struct trace *trace) {
    return trace->count < trace->capacity ? (size_t)trace->count : trace->capacity;
}

const struct trace_line *trace_line(const struct trace *trace, size_t index) {
    must_le(index + 1, trace_kept(trace));
    uint64_t first = trace->count - trace_kept(trace);
    return &trace->lines[(first + index) % trace->capacity];
}
