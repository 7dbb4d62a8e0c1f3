/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/config_json.h"

static void put_place(struct json_writer *w, struct origin origin, const struct config *config) {
    const bool is_of_file = origin.kind == ORIGIN_FILE;
    json_put_text(w, "origin", origin_name(origin.kind));
    json_put_text(w, "file", is_of_file ? config_file(config) : NULL);
    if (is_of_file && origin.line > 0)
        json_put_integer(w, "line", origin.line);
    else
        json_put_null(w, "line");
}

static void put_values(struct json_writer *w, const char *name, const struct config *config, enum option_id option) {
    const size_t count = config_value_count(config, option);
    json_open_array(w, name);
    for (size_t i = 0; i < count; i++) json_put_text(w, NULL, config_value(config, option, i));
    json_close_array(w);
}

static void put_option(struct json_writer *w, const struct config *started, const struct config *latest,
                       enum option_id option) {
    const bool is_live = option_at(option)->apply == OPTION_APPLY_LIVE;
    const struct config *config = is_live ? latest : started;
    json_open_object(w, NULL);
    json_put_text(w, "name", option_at(option)->name);
    put_values(w, "values", config, option);
    put_place(w, config_origin(config, option), config);
    json_put_text(w, "apply", is_live ? "live" : "restart");
    if (is_live || config_same_value(started, latest, option))
        json_put_null(w, "pending");
    else
        put_values(w, "pending", latest, option);
    json_close_object(w);
}

void config_json_write(struct json_writer *w, const struct config *started, const struct config *latest) {
    json_put_text(w, "file", config_file(latest)[0] != '\0' ? config_file(latest) : NULL);
    json_open_array(w, "items");
    for (size_t i = 0; i < OPTION_COUNT; i++) put_option(w, started, latest, (enum option_id)i);
    json_close_array(w);
}

void config_json_write_mistakes(struct json_writer *w, const struct config *config) {
    const struct mistake_list *mistakes = config_mistakes(config);
    json_open_array(w, "mistakes");
    for (size_t i = 0; i < mistakes->count; i++) {
        const struct mistake *mistake = &mistakes->items[i];
        json_open_object(w, NULL);
        put_place(w, mistake->origin, config);
        json_put_text(w, "option", mistake->has_option ? option_at(mistake->option)->name : NULL);
        json_put_text(w, "message", mistake->text);
        json_close_object(w);
    }
    json_close_array(w);
}
