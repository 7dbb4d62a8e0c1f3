/* SPDX-License-Identifier: Apache-2.0 */
/* POST /api/v1/doctor {nodeId}: begins a diagnosis. 202 with its id; its steps are in the panel `doctor`. */
#include "base/json.h"
#include "daemon/api/doctor_panel.h"
#include "daemon/api/state.h"
#include "daemon/doctor/doctor.h"

enum { BODY_ARENA = 16 * 1024 };

/* False: it names nobody, or this node itself. */
static bool read_peer(const struct api *api, struct span body, struct node_id *peer) {
    max_align_t memory[BODY_ARENA / sizeof(max_align_t)];
    struct arena arena = arena_over(memory, sizeof memory);
    enum json_fault fault;
    struct span text;
    const struct json_value *object = json_parse(body, JSON_WIRE, &arena, &fault, NULL);
    if (object == NULL || object->kind != JSON_OBJECT || object->count != 1) return false;
    if (!json_as_string(json_member(object, "nodeId"), &text) || !node_id_read(text, peer)) return false;
    return !node_id_is_none(peer) && !node_id_equal(peer, &api->look.node.node_id);
}

static void write_id(struct buffer *out, void *context) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    doctor_panel_put_id(&w, *(const uint64_t *)context);
    json_close_object(&w);
}

void route_doctor_begin(struct api *api, struct http_exchange *exchange) {
    struct node_id peer;
    uint64_t id = 0;
    if (api->options.doctor == NULL) {
        api_refuse(api, exchange, PROBLEM_NO_PEERS, NULL);
        return;
    }
    if (!read_peer(api, http_body(exchange), &peer)) {
        api_refuse(api, exchange, PROBLEM_DIAGNOSIS_MALFORMED, NULL);
        return;
    }
    switch (doctor_begin(api->options.doctor, &peer, &id)) {
    case DOCTOR_BEGUN: api_answer_json_as(api, exchange, 202, write_id, &id); return;
    case DOCTOR_UNDER_WAY: api_refuse(api, exchange, PROBLEM_DIAGNOSIS_UNDER_WAY, NULL); return;
    case DOCTOR_FULL: api_refuse(api, exchange, PROBLEM_DIAGNOSES_FULL, NULL); return;
    }
}
