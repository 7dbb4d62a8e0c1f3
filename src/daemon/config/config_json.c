/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/config_json.h"

static void put_file(struct json_writer *w, const char *file) {
    json_put_text(w, "file", file[0] != '\0' ? file : NULL);
}

static void put_place(struct json_writer *w, struct origin origin, const char *file) {
    const bool is_of_file = origin.kind == ORIGIN_FILE;
    json_put_text(w, "origin", origin_name(origin.kind));
    put_file(w, is_of_file ? file : "");
    if (is_of_file && origin.line > 0)
        json_put_integer(w, "line", origin.line);
    else
        json_put_null(w, "line");
}

static void put_values(struct json_writer *w, const char *name, const struct values *values, enum option_id option) {
    const size_t count = values_count(values, option);
    json_open_array(w, name);
    for (size_t i = 0; i < count; i++) json_put_text(w, NULL, values_text(values, option, i));
    json_close_array(w);
}

static void put_option(struct json_writer *w, const char *file, const struct values *in_force,
                       const struct values *latest, enum option_id option) {
    json_open_object(w, NULL);
    json_put_text(w, "name", option_at(option)->name);
    put_values(w, "values", in_force, option);
    put_place(w, values_origin(in_force, option, 0), file);
    json_put_text(w, "apply", option_at(option)->apply == OPTION_APPLY_LIVE ? "live" : "restart");
    if (values_same(in_force, latest, option))
        json_put_null(w, "pending");
    else
        put_values(w, "pending", latest, option);
    json_close_object(w);
}

void config_json_write(struct json_writer *w, const char *file, const struct values *in_force,
                       const struct values *latest) {
    put_file(w, file);
    json_open_array(w, "items");
    for (size_t i = 0; i < OPTION_COUNT; i++) put_option(w, file, in_force, latest, (enum option_id)i);
    json_close_array(w);
}

void config_json_write_mistakes(struct json_writer *w, const struct config *config) {
    const struct mistake_list *mistakes = config_mistakes(config);
    json_open_array(w, "mistakes");
    for (size_t i = 0; i < mistakes->count; i++) {
        const struct mistake *mistake = &mistakes->items[i];
        json_open_object(w, NULL);
        put_place(w, mistake->origin, config_file(config));
        json_put_text(w, "option", mistake->has_option ? option_at(mistake->option)->name : NULL);
        json_put_text(w, "message", mistake->text);
        json_close_object(w);
    }
    json_close_array(w);
    json_put_integer(w, "more", (int64_t)mistakes->more);
}
