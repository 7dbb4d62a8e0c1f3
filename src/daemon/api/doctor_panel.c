/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/doctor_panel.h"

#include "daemon/api/figure.h"
#include "daemon/doctor/doctor.h"

#include <inttypes.h>
#include <stdio.h>

bool doctor_panel_is_known(const struct look *look) {
    return look->doctor != NULL;
}

void doctor_panel_put_id(struct json_writer *w, uint64_t id) {
    char text[17];
    (void)snprintf(text, sizeof text, "%016" PRIx64, id);
    json_put_text(w, "id", text);
}

void doctor_panel_write(struct json_writer *w, const struct look *look) {
    const struct doctor_visit *visit;
    json_open_array(w, "items");
    for (size_t i = 0; (visit = doctor_visit_at(look->doctor, i)) != NULL; i++) {
        json_open_object(w, NULL);
        doctor_panel_put_id(w, visit->id);
        figure_put_node_id(w, "nodeId", &visit->peer);
        figure_put_time(w, "startedAt", visit->began_at_ms);
        figure_put_time(w, "endedAt", visit->ended_at_ms);
        diagnosis_write_steps(w, "steps", &visit->diagnosis);
        json_close_object(w);
    }
    json_close_array(w);
}
