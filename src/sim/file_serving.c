/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/file_serving.h"

#include "base/must.h"
#include "sim/host.h"
#include "swarm/wire/data.h"

#include <string.h>

enum { READ_MS = 1, BLOCKED_MS = 20, AHEAD = 1 << 20, DAWDLED = 1024 };

static int64_t now_us_of(const struct host *host) {
    return host->stage->timeline.now_ms * 1000;
}

/* ---- Slices ---- */

/* Who comes first has its turn; then it is the last. */
static void put_last(struct file_serving *serving, size_t place) {
    const struct serve serve = serving->serves[place];
    memmove(&serving->serves[place], &serving->serves[place + 1],
            (serving->count - place - 1) * sizeof serving->serves[0]);
    serving->serves[serving->count - 1] = serve;
}

static void end(struct host *host, size_t place) {
    struct file_serving *serving = &host->files.serving;
    const struct serve was = serving->serves[place];
    put_last(serving, place);
    serving->count--;
    struct input input = {.kind = INPUT_SERVED};
    input.as.served.link = was.link;
    input.as.served.req = was.req;
    input.as.served.bytes = was.sent;
    input.as.served.miss = was.miss;
    host_feed(host, &input);
}

static uint32_t slice_size(const struct host *host, const struct serve *serve) {
    const uint32_t left = serve->end - serve->offset;
    const uint32_t most = host_is_liar(host, LIAR_DAWDLER) ? DAWDLED : DATA_BYTES_MAX;
    return left < most ? left : most;
}

static void send_slice(struct host *host, struct serve *serve) {
    uint8_t bytes[DATA_BYTES_MAX], memory[DATA_HEAD_SIZE + DATA_BYTES_MAX];
    struct buffer body = buffer_over(memory, sizeof memory);
    const uint32_t size = slice_size(host, serve);
    made_file_read(serve->file, serve->place, serve->offset, bytes, size);
    const struct data data = {serve->req, serve->offset, serve->total, {bytes, size}};
    data_build(&body, &data);
    must(!body.overflowed);
    host_utter(host, serve->link, MESSAGE_DATA, buffer_span(&body));
    trace_frame(&host->stage->trace, MESSAGE_DATA, body.size);
    if (!serve->is_proof) host->files.served_bytes += size;
    serve->offset += size;
    serve->sent += size;
    const int64_t now_us = now_us_of(host);
    int64_t *free_at_us = &host->files.serving.free_at_us;
    if (*free_at_us < now_us) *free_at_us = now_us;
    *free_at_us += (int64_t)size * 1000000 / host->options.uplink_bytes_per_second;
}

/* A dawdler begins to answer, and that was it. */
static bool can_go_on(const struct host *host, const struct serve *serve) {
    if (serve->miss != 0 || serve->offset == serve->end) return true;
    if (host_is_liar(host, LIAR_DAWDLER) && serve->sent > 0) return false;
    return network_unsent(host->stage->network, host->index, serve->link) < AHEAD;
}

/* False: nothing can go on just now. */
static bool step(struct host *host) {
    struct file_serving *serving = &host->files.serving;
    for (size_t place = 0; place < serving->count; place++) {
        struct serve *serve = &serving->serves[place];
        if (!can_go_on(host, serve)) continue;
        if (serve->miss == 0 && serve->offset < serve->end) send_slice(host, serve);
        if (serve->miss != 0 || serve->offset == serve->end) {
            end(host, place);
        } else {
            put_last(serving, place);
        }
        return true;
    }
    return false;
}

/* ---- Turns ---- */

static void turn(void *context, void *subject, uint64_t epoch);

static void plan(struct host *host, int64_t at_ms) {
    struct file_serving *serving = &host->files.serving;
    if (serving->is_planned || serving->count == 0) return;
    serving->is_planned = true;
    if (host_is_stalled(host) && at_ms < host->stalled_until_ms) at_ms = host->stalled_until_ms;
    timeline_add(&host->stage->timeline, at_ms, (struct moment){turn, host->stage, host, host->epoch});
}

static void turn(void *context, void *subject, uint64_t epoch) {
    struct host *host = subject;
    (void)context;
    if (host->engine == NULL || host->epoch != epoch) return;
    struct file_serving *serving = &host->files.serving;
    const int64_t now_us = now_us_of(host);
    serving->is_planned = false;
    if (host_is_stalled(host) && host->stalled_until_ms > host->stage->timeline.now_ms) {
        plan(host, host->stalled_until_ms);
        return;
    }
    bool goes_on = true;
    while (goes_on && serving->free_at_us <= now_us) {
        goes_on = step(host);
        if (host->engine == NULL) return; /* its process ended over what it was told */
    }
    plan(host, goes_on ? (serving->free_at_us + 999) / 1000 : now_us / 1000 + BLOCKED_MS);
}

void file_serving_start(struct host *host, const struct action *action) {
    struct file_serving *serving = &host->files.serving;
    if (host_is_liar(host, LIAR_PHANTOM)) return; /* it never answers */
    must_le(serving->count + 1, LIMIT_SERVING_MAX);
    struct serve *serve = &serving->serves[serving->count++];
    const struct object_id *id = &action->as.serve.id;
    *serve = (struct serve){.link = action->link, .req = action->as.serve.req, .offset = action->as.serve.offset};
    serve->is_proof = action->as.serve.length != 0;
    serve->file = file_book_find(&host->stage->files, id, &serve->place);
    const struct stored_file *stored = serve->file == NULL ? NULL : file_store_find(&host->files.store, serve->file);
    if (stored == NULL || !stored_file_has(stored, serve->place)) {
        serve->miss = MISS_NOT_HELD;
    } else {
        const uint32_t length = action->as.serve.length;
        serve->total = made_file_part(serve->file, serve->place).size;
        if (serve->offset >= serve->total) serve->miss = MISS_TOO_LARGE;
        const bool is_to_the_end =
            length == 0 || serve->offset >= serve->total || length > serve->total - serve->offset;
        serve->end = is_to_the_end ? serve->total : serve->offset + length;
    }
    plan(host, host->stage->timeline.now_ms + READ_MS);
}

void file_serving_stop(struct host *host, const struct action *action) {
    struct file_serving *serving = &host->files.serving;
    for (size_t i = 0; i < serving->count; i++) {
        const struct serve *serve = &serving->serves[i];
        if (serve->link != action->link || serve->req != action->as.serve.req) continue;
        put_last(serving, i);
        serving->count--;
        return;
    }
}
