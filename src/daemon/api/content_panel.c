/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/content_panel.h"

#include "daemon/api/figure.h"
#include "daemon/content/content_host.h"

bool content_panel_is_known(const struct look *look) {
    return look->content != NULL;
}

static void put_storage(struct json_writer *w, const struct content_host *content) {
    const struct content_usage usage = content_host_usage(content);
    json_open_object(w, "storage");
    json_put_integer(w, "usedBytes", (int64_t)usage.bytes_used);
    figure_put_integer(w, "maxBytes", usage.bytes_max == 0 ? -1 : (int64_t)usage.bytes_max);
    json_put_integer(w, "objects", (int64_t)usage.objects);
    json_put_integer(w, "files", (int64_t)usage.files);
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
    put_quarantine(w, look->content);
    put_scrub(w, look->content);
}
