/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/scrubber.h"

#include "base/memory.h"

struct scrubber {
    struct scrubber_options options; /* the rate is that of now */
    int64_t due_ms;                  /* when the next pass begins */
    int64_t again_ms;                /* after one that was not clean */
    struct loop_timer *timer;
};

void scrubber_go_on(struct scrubber *scrubber) {
    const struct scrubber_options *options = &scrubber->options;
    const int64_t left_ms = scrubber->due_ms - loop_now_ms(options->loop);
    if (options->bytes_per_second == 0 || !options->may_begin(options->context)) return;
    if (left_ms > 0) {
        loop_timer_start(scrubber->timer, left_ms);
    } else {
        content_store_scrub(options->store, options->bytes_per_second);
    }
}

static void due(void *context) {
    scrubber_go_on(context);
}

void scrubber_pass_ended(struct scrubber *scrubber) {
    const struct content_scrub view = content_store_scrub_view(scrubber->options.store);
    const bool is_clean = view.faults == 0 && !view.has_skipped;
    const bool is_short = !is_clean && scrubber->again_ms < SCRUBBER_REST_MS;
    scrubber->due_ms = loop_now_ms(scrubber->options.loop) + (is_short ? scrubber->again_ms : SCRUBBER_REST_MS);
    if (is_clean) scrubber->again_ms = SCRUBBER_AGAIN_MS;
    if (is_short) scrubber->again_ms *= 2;
    scrubber_go_on(scrubber);
}

void scrubber_mended(struct scrubber *scrubber) {
    const int64_t soon_ms = loop_now_ms(scrubber->options.loop) + SCRUBBER_AGAIN_MS;
    scrubber->again_ms = SCRUBBER_AGAIN_MS;
    if (scrubber->due_ms > soon_ms) scrubber->due_ms = soon_ms;
    scrubber_go_on(scrubber);
}

void scrubber_set_rate(struct scrubber *scrubber, uint64_t bytes_per_second) {
    struct content_store *store = scrubber->options.store;
    if (scrubber->options.bytes_per_second == 0) scrubber->due_ms = 0;
    scrubber->options.bytes_per_second = bytes_per_second;
    if (content_store_scrub_view(store).is_running) content_store_scrub(store, bytes_per_second);
    scrubber_go_on(scrubber);
}

struct content_scrub scrubber_view(const struct scrubber *scrubber) {
    struct content_scrub view = content_store_scrub_view(scrubber->options.store);
    view.bytes_per_second = scrubber->options.bytes_per_second;
    return view;
}

struct scrubber *scrubber_new(const struct scrubber_options *options) {
    struct scrubber *scrubber = memory_zeroed(1, sizeof *scrubber);
    scrubber->options = *options;
    scrubber->again_ms = SCRUBBER_AGAIN_MS;
    scrubber->timer = loop_timer_open(options->loop, due, scrubber);
    return scrubber;
}

void scrubber_free(struct scrubber *scrubber) {
    if (scrubber == NULL) return;
    loop_timer_close(scrubber->timer);
    memory_free(scrubber);
}
