/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/reload.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "daemon/config/config_json.h"

enum outcome { OUTCOME_SAME, OUTCOME_APPLIED, OUTCOME_NEEDS_RESTART, OUTCOME_REFUSED };

struct change {
    enum outcome outcome;
    char message[ERR_DETAIL_TEXT_MAX]; /* of a refusal */
};

struct reload {
    struct reload_options options;
    struct config *latest;  /* the last one without a mistake; NULL: what the node was started with */
    struct config *refused; /* the last one with mistakes, if nothing better came since */
    struct change changes[OPTION_COUNT];
};

struct reload *reload_new(const struct reload_options *options) {
    struct reload *reload = memory_zeroed(1, sizeof *reload);
    reload->options = *options;
    return reload;
}

void reload_free(struct reload *reload) {
    if (reload == NULL) return;
    config_free(reload->latest);
    config_free(reload->refused);
    memory_free(reload);
}

static const struct config *latest_of(const struct reload *reload) {
    return reload->latest != NULL ? reload->latest : reload->options.started;
}

static void emit(const struct reload *reload, enum event_code code, const char *subject, const char *rest) {
    char text[EVENT_TEXT_MAX + 1];
    struct event event = {.code = (uint16_t)code, .at_ms = loop_wall_ms(reload->options.loop)};
    (void)snprintf(text, sizeof text, "%s%s%s", subject, rest[0] != '\0' ? ": " : "", rest);
    event_set_text(&event, text);
    event_log_add(reload->options.events, &event);
}

static void tell_mistakes(const struct reload *reload) {
    const struct mistake_list *mistakes = config_mistakes(reload->refused);
    for (size_t i = 0; i < mistakes->count; i++) {
        uint8_t memory[SETTINGS_PATH_MAX + MISTAKE_TEXT_MAX + 64];
        struct buffer line = buffer_over(memory, sizeof memory - 1);
        mistake_write(&line, &mistakes->items[i], config_file(reload->refused));
        line.at[line.size] = '\0';
        emit(reload, EVENT_CONFIG_REFUSED, (const char *)line.at, "");
    }
}

/* ---- One option ---- */

static void value_apply(struct reload *reload, const struct config *fresh, enum option_id option) {
    struct change *change = &reload->changes[option];
    struct err_detail detail = {0};
    const enum err err = reload->options.apply(reload->options.context, option, config_settings(fresh), &detail);
    change->outcome = err == ERR_OK ? OUTCOME_APPLIED : OUTCOME_REFUSED;
    if (err != ERR_OK)
        (void)snprintf(change->message, sizeof change->message, "%s",
                       detail.text[0] != '\0' ? detail.text : err_sentence(err));
    emit(reload, err == ERR_OK ? EVENT_CONFIG_APPLIED : EVENT_CONFIG_REFUSED, option_at(option)->name, change->message);
}

/* What a file holds may have changed though its name has not. */
static bool names_file(enum option_id option) {
    return option == OPTION_SERVE_CERT || option == OPTION_SERVE_KEY;
}

static void option_take(struct reload *reload, const struct config *fresh, enum option_id option) {
    const bool was_refused = reload->changes[option].outcome == OUTCOME_REFUSED;
    const bool is_same = config_same_value(latest_of(reload), fresh, option);
    const bool is_set = config_value_count(fresh, option) > 0;
    reload->changes[option] = (struct change){0};
    if (option_at(option)->apply == OPTION_APPLY_LIVE) {
        if (!is_same || was_refused || (names_file(option) && is_set)) value_apply(reload, fresh, option);
        return;
    }
    if (config_same_value(reload->options.started, fresh, option)) return;
    reload->changes[option].outcome = OUTCOME_NEEDS_RESTART;
    if (!is_same) emit(reload, EVENT_CONFIG_NEEDS_RESTART, option_at(option)->name, "");
}

/* ---- All of it ---- */

bool reload_run(struct reload *reload) {
    struct config *fresh = config_load(reload->options.source);
    config_free(reload->refused);
    reload->refused = NULL;
    if (config_mistakes(fresh)->count > 0) {
        reload->refused = fresh;
        tell_mistakes(reload);
        return false;
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) option_take(reload, fresh, (enum option_id)i);
    config_free(reload->latest);
    reload->latest = fresh;
    emit(reload, EVENT_CONFIG_READ, config_file(fresh)[0] != '\0' ? config_file(fresh) : "no file", "");
    return true;
}

static void put_change(struct json_writer *w, enum option_id option, const struct change *change) {
    static const char *const names[] = {[OUTCOME_SAME] = "same",
                                        [OUTCOME_APPLIED] = "applied",
                                        [OUTCOME_NEEDS_RESTART] = "needs-restart",
                                        [OUTCOME_REFUSED] = "refused"};
    if (change->outcome == OUTCOME_SAME) return;
    json_open_object(w, NULL);
    json_put_text(w, "name", option_at(option)->name);
    json_put_text(w, "outcome", names[change->outcome]);
    json_put_text(w, "message", change->message[0] != '\0' ? change->message : NULL);
    json_close_object(w);
}

void reload_write_report(const struct reload *reload, struct json_writer *w) {
    const struct config *config = reload->refused != NULL ? reload->refused : latest_of(reload);
    json_put_boolean(w, "ok", reload->refused == NULL);
    json_put_text(w, "file", config_file(config)[0] != '\0' ? config_file(config) : NULL);
    json_open_array(w, "changes");
    for (size_t i = 0; reload->refused == NULL && i < OPTION_COUNT; i++)
        put_change(w, (enum option_id)i, &reload->changes[i]);
    json_close_array(w);
    config_json_write_mistakes(w, config);
}

void reload_write_config(const struct reload *reload, struct json_writer *w) {
    config_json_write(w, reload->options.started, latest_of(reload));
}
