/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/reachability.h"

#include "daemon/api/figure.h"

static bool has_confirmed(const struct reachability_witness *witness) {
    return witness->reason == REASON_NONE;
}

static void put_witnesses(struct json_writer *w, const char *name, const struct reachability_family *family,
                          bool of_those_who_confirmed, int64_t wall_offset_ms) {
    json_open_array(w, name);
    for (size_t i = 0; i < family->witness_count; i++) {
        const struct reachability_witness *witness = &family->witnesses[i];
        if (has_confirmed(witness) != of_those_who_confirmed) continue;
        json_open_object(w, NULL);
        figure_put_node_id(w, "nodeId", &witness->node);
        figure_put_engine_time(w, "at", witness->at_ms, wall_offset_ms);
        if (!of_those_who_confirmed) json_put_text(w, "reason", reason_name(witness->reason));
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_family(struct json_writer *w, const char *name, const struct reachability_family *family,
                       int64_t wall_offset_ms) {
    json_open_object(w, name);
    json_put_text(w, "state", reachability_name(family->state));
    figure_put_engine_time(w, "since", family->since_ms, wall_offset_ms);
    if (family->has_seen) {
        figure_put_address(w, "seen", &family->seen);
    } else {
        json_put_null(w, "seen");
    }
    put_witnesses(w, "confirmedBy", family, true, wall_offset_ms);
    put_witnesses(w, "failedBy", family, false, wall_offset_ms);
    figure_put_engine_time(w, "nextProbeAt", family->next_probe_ms, wall_offset_ms);
    json_close_object(w);
}

void reachability_write(struct json_writer *w, const struct look *look) {
    const struct reachability_view *view = &look->reachability;
    if (view->families == NULL || !look_takes_part(look)) {
        json_put_null(w, "reachability");
        return;
    }
    json_open_object(w, "reachability");
    put_family(w, "ipv4", &view->families[0], view->wall_offset_ms);
    put_family(w, "ipv6", &view->families[1], view->wall_offset_ms);
    json_close_object(w);
}
