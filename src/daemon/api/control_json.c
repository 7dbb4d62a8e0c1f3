/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/control_json.h"

#include <inttypes.h>
#include <stdio.h>

#include "daemon/api/figure.h"

enum { ID_TEXT_SIZE = 16 };

static const char *id_text(uint64_t id, char text[ID_TEXT_SIZE + 1]) {
    (void)snprintf(text, ID_TEXT_SIZE + 1, "%016" PRIx64, id);
    return text;
}

static void put_target(struct json_writer *w, const struct control_target *target) {
    char text[NODE_ID_TEXT_SIZE + 1];
    const bool is_peer = target->kind != TARGET_ENDPOINT;
    const bool has_node = is_peer && target->kind != TARGET_USER && !node_id_is_none(&target->node_id);
    json_put_text(w, "kind", target_kind_name(target->kind));
    json_put_text(w, "nodeId", has_node ? node_id_text(&target->node_id, text) : NULL);
    figure_put_text(w, "userId", is_peer ? target->user_id : "");
}

static void put_target_of(struct json_writer *w, const struct operation *operation) {
    if (!control_needs_target(operation->control)) {
        json_put_null(w, "target");
        json_put_null(w, "direction");
        return;
    }
    json_open_object(w, "target");
    put_target(w, &operation->target);
    if (operation->target.kind == TARGET_ADDRESS)
        figure_put_address(w, "address", &operation->target.address);
    else
        json_put_null(w, "address");
    figure_put_text(w, "endpoint", operation->target.kind == TARGET_ENDPOINT ? operation->target.endpoint : "");
    json_close_object(w);
    json_put_text(w, "direction", operation->direction == 0 ? NULL : block_direction_name(operation->direction));
}

/* The switches it threw; a block has none. */
static void put_settings(struct json_writer *w, const struct operation *operation) {
    json_open_array(w, "settings");
    for (size_t i = 0; i < operation->setting_count; i++) {
        const struct operation_setting *setting = &operation->settings[i];
        if (setting->subject != SUBJECT_SWITCH) continue;
        json_open_object(w, NULL);
        json_put_text(w, "control", switch_name(setting->which));
        json_put_boolean(w, "on", setting->value != 0);
        json_put_boolean(w, "wasOn", setting->before != 0);
        json_close_object(w);
    }
    json_close_array(w);
}

void control_write_operation(struct json_writer *w, const char *name, const struct operation_view *view) {
    const struct operation *operation = &view->operation;
    char id[ID_TEXT_SIZE + 1];
    json_open_object(w, name);
    json_put_text(w, "id", id_text(operation->id, id));
    json_put_text(w, "action", control_name(operation->control));
    json_put_text(w, "state", operation_state_name(operation->state));
    json_put_text(w, "does", control_done(operation->control));
    figure_put_text(w, "reason", operation->reason);
    figure_put_text(w, "author", operation->author);
    figure_put_time(w, "askedAt", operation->asked_at_ms);
    figure_put_time(w, "endedAt", operation->ended_at_ms);
    figure_put_time(w, "endsAt", view->ends_at_ms);
    figure_put_time(w, "revertsAt", view->reverts_at_ms);
    json_put_boolean(w, "canRevert", view->can_revert);
    put_target_of(w, operation);
    put_settings(w, operation);
    json_close_object(w);
}

void control_write_operations(struct json_writer *w, const struct look *look) {
    json_open_array(w, "items");
    for (size_t i = 0; i < look->operation_count; i++) control_write_operation(w, NULL, &look->operations[i]);
    json_close_array(w);
}

/* However long ago it was; the look has the newest alone. */
static bool find(const struct look *look, uint64_t id, struct operation_view *view) {
    return id != 0 && look->engine != NULL && engine_view_operation(look->engine, id, view);
}

void control_write_switches(struct json_writer *w, const struct look *look) {
    char id[ID_TEXT_SIZE + 1];
    json_open_array(w, "items");
    for (enum control_switch i = 0; i < SWITCH_COUNT; i++) {
        const struct control_view *view = &look->controls[i];
        struct operation_view holder;
        const bool is_held = find(look, view->operation, &holder);
        json_open_object(w, NULL);
        json_put_text(w, "name", switch_name(i));
        json_put_boolean(w, "on", view->is_on);
        json_put_boolean(w, "resting", view->is_resting);
        json_put_text(w, "operation", view->operation == 0 ? NULL : id_text(view->operation, id));
        figure_put_time(w, "endsAt", is_held ? holder.ends_at_ms : 0);
        figure_put_time(w, "revertsAt", is_held ? holder.reverts_at_ms : 0);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_block(struct json_writer *w, const struct look *look, const struct block *block) {
    struct operation_view view;
    char id[ID_TEXT_SIZE + 1];
    const bool is_known = find(look, block->operation, &view);
    json_open_object(w, NULL);
    put_target(w, &block->target);
    json_put_text(w, "direction", block_direction_name(block->direction));
    json_put_text(w, "operation", id_text(block->operation, id));
    figure_put_text(w, "reason", is_known ? view.operation.reason : "");
    figure_put_text(w, "author", is_known ? view.operation.author : "");
    figure_put_time(w, "since", is_known ? view.operation.asked_at_ms : 0);
    figure_put_time(w, "endsAt", is_known ? view.ends_at_ms : 0);
    figure_put_total(w, "hits", block->hits);
    figure_put_time(w, "lastHitAt", block->last_hit_ms);
    json_close_object(w);
}

void control_write_blocks(struct json_writer *w, const struct look *look) {
    const struct block_list *blocks = look->engine == NULL ? NULL : engine_view_blocks(look->engine);
    json_open_array(w, "items");
    for (size_t i = 0; blocks != NULL && i < blocks->count; i++) put_block(w, look, &blocks->rows[i]);
    json_close_array(w);
}

void control_write_pending(struct json_writer *w, const struct look *look) {
    json_open_array(w, "items");
    for (size_t i = 0; i < look->pending_count; i++) {
        const struct pending_view *view = &look->pending[i];
        json_open_object(w, NULL);
        figure_put_node_id(w, "nodeId", &view->node_id);
        figure_put_user(w, view->user_id, view->is_user_proven);
        figure_put_address(w, "address", &view->address);
        figure_put_time(w, "since", view->since_ms);
        figure_put_time(w, "lastAskedAt", view->last_ms);
        json_put_integer(w, "asks", view->calls);
        figure_put_time(w, "endsAt", view->lapses_at_ms);
        json_close_object(w);
    }
    json_close_array(w);
}
