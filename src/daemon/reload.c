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
    struct values in_force;
    struct settings wanted; /* what is in force, with whatever of the configuration being read can be put into it */
    struct config *latest;  /* the last one without a mistake; NULL: what the node was started with */
    struct config *refused; /* the last one with mistakes, if nothing better came since */
    struct change changes[OPTION_COUNT];
};

struct reload *reload_new(const struct reload_options *options) {
    struct reload *reload = memory_zeroed(1, sizeof *reload);
    reload->options = *options;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        values_take_over(&reload->in_force, config_values(options->started), (enum option_id)i);
    return reload;
}

void reload_free(struct reload *reload) {
    if (reload == NULL) return;
    values_deinit(&reload->in_force);
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

/* An event holds a line: of the path its end, which says which file it is. */
static const char *short_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void tell_mistakes(const struct reload *reload) {
    const struct mistake_list *mistakes = config_mistakes(reload->refused);
    const char *file = short_name(config_file(reload->refused));
    for (size_t i = 0; i < mistakes->count; i++) {
        uint8_t memory[SETTINGS_PATH_MAX + MISTAKE_TEXT_MAX + 64];
        struct buffer line = buffer_over(memory, sizeof memory - 1);
        mistake_write(&line, &mistakes->items[i], file);
        line.at[line.size] = '\0';
        emit(reload, EVENT_CONFIG_REFUSED, (const char *)line.at, "");
    }
    if (mistakes->more == 0) return;
    char more[32];
    (void)snprintf(more, sizeof more, "and %zu more", mistakes->more);
    emit(reload, EVENT_CONFIG_REFUSED, file, more);
}

/* ---- One option ---- */

static enum outcome value_apply(struct reload *reload, enum option_id option) {
    struct change *change = &reload->changes[option];
    struct err_detail detail = {0};
    const enum err err = reload->options.apply(reload->options.context, option, &reload->wanted, &detail);
    if (err != ERR_OK)
        (void)snprintf(change->message, sizeof change->message, "%s",
                       detail.text[0] != '\0' ? detail.text : err_sentence(err));
    emit(reload, err == ERR_OK ? EVENT_CONFIG_APPLIED : EVENT_CONFIG_REFUSED, option_at(option)->name, change->message);
    return err == ERR_OK ? OUTCOME_APPLIED : OUTCOME_REFUSED;
}

static enum outcome wait_for_restart(struct reload *reload, const struct config *fresh, enum option_id option) {
    const bool is_told = values_same(config_values(latest_of(reload)), config_values(fresh), option);
    if (!is_told) emit(reload, EVENT_CONFIG_NEEDS_RESTART, option_at(option)->name, "");
    return OUTCOME_NEEDS_RESTART;
}

/* What a file holds may have changed though its name has not. */
static bool names_file(enum option_id option) {
    return option == OPTION_SERVE_CERT || option == OPTION_SERVE_KEY;
}

/* A certificate is replaced by another while the node runs; that HTTPS becomes HTTP, or the other way round, is more
 * than those who are connected could be asked to put up with. */
static bool can_apply(const struct reload *reload, const struct config *fresh, enum option_id option) {
    const bool was_set = values_count(&reload->in_force, option) > 0;
    if (option_at(option)->apply != OPTION_APPLY_LIVE) return false;
    return !names_file(option) || was_set == (values_count(config_values(fresh), option) > 0);
}

static enum outcome option_take(struct reload *reload, const struct config *fresh, enum option_id option) {
    const struct values *values = config_values(fresh);
    const bool is_same = values_same(&reload->in_force, values, option);
    const bool is_read_again = names_file(option) && values_count(values, option) > 0;
    if (is_same && !is_read_again) return OUTCOME_SAME;
    return can_apply(reload, fresh, option) ? value_apply(reload, option) : wait_for_restart(reload, fresh, option);
}

/* ---- All of it ---- */

/* The file of the start, not whichever is found now: one that is away for a moment must not make all of it default. */
static struct config *read_again(const struct reload *reload) {
    struct config_source source = *reload->options.source;
    const char *file = config_file(latest_of(reload));
    if (file[0] != '\0') source.file = file;
    return config_load(&source);
}

/* Whoever applies an option looks at others beside it: these must not be ones that wait for a restart. */
static void want(struct reload *reload, const struct config *fresh) {
    struct values *wanted = memory_zeroed(1, sizeof *wanted);
    for (enum option_id option = 0; option < OPTION_COUNT; option++)
        values_take_over(wanted, can_apply(reload, fresh, option) ? config_values(fresh) : &reload->in_force, option);
    config_settings_of(wanted, &reload->wanted);
    values_deinit(wanted);
    memory_free(wanted);
}

bool reload_run(struct reload *reload) {
    struct config *fresh = read_again(reload);
    config_free(reload->refused);
    reload->refused = NULL;
    if (config_mistakes(fresh)->count > 0) {
        reload->refused = fresh;
        tell_mistakes(reload);
        return false;
    }
    want(reload, fresh);
    for (enum option_id option = 0; option < OPTION_COUNT; option++) {
        struct change *change = &reload->changes[option];
        *change = (struct change){0};
        change->outcome = option_take(reload, fresh, option);
        if (change->outcome == OUTCOME_SAME || change->outcome == OUTCOME_APPLIED)
            values_take_over(&reload->in_force, config_values(fresh), option);
    }
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
    const struct config *latest = latest_of(reload);
    config_json_write(w, config_file(latest), &reload->in_force, config_values(latest));
}
