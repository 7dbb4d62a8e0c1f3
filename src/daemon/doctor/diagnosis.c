/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/doctor/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>

const char *diagnosis_result_name(enum diagnosis_result result) {
    static const char *const names[DIAGNOSIS_RESULTS] = {"ok", "note", "warning", "problem"};
    return names[result];
}

bool diagnosis_result_read(struct span word, enum diagnosis_result *result) {
    for (enum diagnosis_result r = DIAGNOSIS_OK; r < DIAGNOSIS_RESULTS; r++) {
        if (!span_equal_text(word, diagnosis_result_name(r))) continue;
        *result = r;
        return true;
    }
    return false;
}

struct diagnosis_step *diagnosis_add(struct diagnosis *d, const char *check, const char *title,
                                     enum diagnosis_result result, const char *format, ...) {
    va_list arguments;
    bool has_place = d->count + 1 < DIAGNOSIS_STEPS_MAX; /* the last place is for those without one */
    struct diagnosis_step *step = &d->steps[has_place ? d->count++ : DIAGNOSIS_STEPS_MAX - 1];
    d->more += !has_place;
    *step = (struct diagnosis_step){.result = result};
    (void)snprintf(step->check, sizeof step->check, "%s", check);
    (void)snprintf(step->title, sizeof step->title, "%s", title);
    va_start(arguments, format);
    (void)vsnprintf(step->text, sizeof step->text, format, arguments);
    va_end(arguments);
    return step;
}

void diagnosis_advise(struct diagnosis_step *step, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(step->advice, sizeof step->advice, format, arguments);
    va_end(arguments);
}

size_t diagnosis_count_of(const struct diagnosis *diagnosis, enum diagnosis_result result) {
    size_t count = 0;
    for (size_t i = 0; i < diagnosis->count; i++) count += diagnosis->steps[i].result == result;
    return count;
}

void diagnosis_write_steps(struct json_writer *w, const char *name, const struct diagnosis *diagnosis) {
    json_open_array(w, name);
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct diagnosis_step *step = &diagnosis->steps[i];
        json_open_object(w, NULL);
        json_put_text(w, "check", step->check);
        json_put_text(w, "title", step->title);
        json_put_text(w, "result", diagnosis_result_name(step->result));
        json_put_text(w, "text", step->text);
        json_put_text(w, "advice", step->advice[0] != '\0' ? step->advice : NULL);
        json_close_object(w);
    }
    json_close_array(w);
}
