/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/content_panel.h"

#include "daemon/api/figure.h"
#include "daemon/content/content_host.h"

enum { FREE_STEP = 64 << 20 }; /* the disk's free room moves all the time; so much of it is a change */

bool content_panel_is_known(const struct look *look) {
    return look->content != NULL;
}

static void put_storage(struct json_writer *w, const struct content_host *content) {
    const struct content_usage usage = content_host_usage(content);
    const struct content_figures figures = content_host_figures(content);
    const bool is_known = figures.disk_free != UINT64_MAX;
    json_open_object(w, "storage");
    json_put_integer(w, "usedBytes", (int64_t)usage.bytes_used);
    figure_put_integer(w, "maxBytes", usage.bytes_max == 0 ? -1 : (int64_t)usage.bytes_max);
    json_put_integer(w, "objects", (int64_t)usage.objects);
    json_put_integer(w, "files", (int64_t)usage.files);
    json_put_integer(w, "replicas", (int64_t)figures.replicas);
    figure_put_integer(w, "freeBytes", is_known ? (int64_t)(figures.disk_free / FREE_STEP * FREE_STEP) : -1);
    json_close_object(w);
}

static void put_outbox(struct json_writer *w, const struct look *look) {
    struct outbox_view view;
    engine_view_outbox(look->engine, &view, NULL, 0);
    json_open_object(w, "outbox");
    json_put_integer(w, "waiting", (int64_t)view.count);
    figure_put_time(w, "oldestAt", view.oldest_at_ms);
    json_close_object(w);
}

static void put_redundancy(struct json_writer *w, const struct content_host *content) {
    const struct content_figures figures = content_host_figures(content);
    json_open_object(w, "redundancy");
    json_put_integer(w, "ok", (int64_t)figures.ok);
    json_put_integer(w, "under", (int64_t)figures.under);
    json_put_integer(w, "over", (int64_t)figures.over);
    json_put_integer(w, "unknown", (int64_t)figures.unknown);
    json_close_object(w);
}

static void put_posts(struct json_writer *w, const struct content_host *content) {
    json_open_object(w, "posts");
    json_put_integer(w, "count", (int64_t)records_posts(content_host_records(content))->threads);
    json_close_object(w);
}

static void put_quarantine(struct json_writer *w, const struct content_host *content) {
    json_open_object(w, "quarantine");
    json_put_integer(w, "count", (int64_t)shelf_count(content_host_shelf(content)));
    json_close_object(w);
}

static void put_scrub(struct json_writer *w, const struct content_host *content) {
    const struct content_scrub scrub = content_host_scrub(content);
    json_open_object(w, "scrub");
    json_put_boolean(w, "running", scrub.is_running);
    json_put_integer(w, "bytesPerSecond", (int64_t)scrub.bytes_per_second);
    json_put_integer(w, "bytes", (int64_t)scrub.bytes);
    json_put_integer(w, "faults", (int64_t)scrub.faults);
    json_put_integer(w, "passes", (int64_t)scrub.passes);
    figure_put_time(w, "endedAt", scrub.ended_at_ms);
    json_close_object(w);
}

void content_panel_write(struct json_writer *w, const struct look *look) {
    put_storage(w, look->content);
    put_outbox(w, look);
    put_redundancy(w, look->content);
    put_posts(w, look->content);
    put_quarantine(w, look->content);
    put_scrub(w, look->content);
}
