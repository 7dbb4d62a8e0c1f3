/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor/diagnosis.h"

#include "base/json_writer.h"
#include "cli/command.h"
#include "cli/paragraph.h"
#include "cli/sheet.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name, *mark;
    enum sheet_tone tone;
} RESULTS[] = {[DIAGNOSIS_OK] = {"ok", "✓", SHEET_GOOD},
               [DIAGNOSIS_NOTE] = {"note", "·", SHEET_PLAIN},
               [DIAGNOSIS_WARNING] = {"warning", "▲", SHEET_WARN},
               [DIAGNOSIS_PROBLEM] = {"problem", "⬢", SHEET_BAD}};

struct diagnosis_step *diagnosis_add(struct diagnosis *d, const char *check, const char *title,
                                     enum diagnosis_result result, const char *format, ...) {
    va_list arguments;
    bool has_place = d->count + 1 < DIAGNOSIS_STEPS_MAX; /* the last place is for those without one */
    struct diagnosis_step *step = &d->steps[has_place ? d->count++ : DIAGNOSIS_STEPS_MAX - 1];
    d->more += !has_place;
    *step = (struct diagnosis_step){.result = result, .check = check};
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

/* ---- For people ---- */

static void print_paragraph(const char *lead, const char *text) {
    uint8_t memory[2 * PARAGRAPH_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct paragraph p;
    paragraph_init(&p);
    buffer_put_text(&p.out, lead);
    buffer_put_text(&p.out, text);
    paragraph_write(&p, &out);
    (void)fwrite(out.at, 1, out.size, stdout);
}

void diagnosis_print_steps(const struct diagnosis *diagnosis, size_t first) {
    for (size_t i = first; i < diagnosis->count; i++) {
        const struct diagnosis_step *step = &diagnosis->steps[i];
        enum sheet_tone tone = RESULTS[step->result].tone;
        (void)printf("%s%s %s%s\n", sheet_tone_on(tone), RESULTS[step->result].mark, step->title, sheet_tone_off(tone));
        print_paragraph("", step->text);
        if (step->advice[0] != '\0') print_paragraph("-> ", step->advice);
    }
    (void)fflush(stdout);
}

static size_t count_of(const struct diagnosis *diagnosis, enum diagnosis_result result) {
    size_t count = 0;
    for (size_t i = 0; i < diagnosis->count; i++) count += diagnosis->steps[i].result == result;
    return count;
}

void diagnosis_print_end(const struct diagnosis *diagnosis) {
    size_t problems = count_of(diagnosis, DIAGNOSIS_PROBLEM), warnings = count_of(diagnosis, DIAGNOSIS_WARNING);
    if (diagnosis->more > 0) (void)printf("\nThere was no room for %zu more steps.", diagnosis->more);
    if (problems + warnings == 0) {
        (void)printf("\nAll %zu steps are well.\n", diagnosis->count);
    } else {
        (void)printf("\nOf %zu steps %zu %s a problem and %zu %s a look.\n", diagnosis->count, problems,
                     problems == 1 ? "is" : "are", warnings, warnings == 1 ? "needs" : "need");
    }
}

/* ---- For scripts ---- */

int diagnosis_exit_code(const struct diagnosis *diagnosis) {
    if (!diagnosis->has_node) return EXIT_CODE_UNREACHABLE;
    size_t bad = count_of(diagnosis, DIAGNOSIS_PROBLEM) + count_of(diagnosis, DIAGNOSIS_WARNING);
    return bad == 0 ? EXIT_CODE_DONE : EXIT_CODE_DEGRADED;
}

static const char *word_of(int exit_code) {
    if (exit_code == EXIT_CODE_UNREACHABLE) return "unreachable";
    return exit_code == EXIT_CODE_DONE ? "ok" : "degraded";
}

void diagnosis_write_json(struct buffer *out, const struct diagnosis *diagnosis) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_text(&w, "result", word_of(diagnosis_exit_code(diagnosis)));
    json_open_array(&w, "steps");
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct diagnosis_step *step = &diagnosis->steps[i];
        json_open_object(&w, NULL);
        json_put_text(&w, "check", step->check);
        json_put_text(&w, "title", step->title);
        json_put_text(&w, "result", RESULTS[step->result].name);
        json_put_text(&w, "text", step->text);
        json_put_text(&w, "advice", step->advice[0] != '\0' ? step->advice : NULL);
        json_close_object(&w);
    }
    json_close_array(&w);
    json_close_object(&w);
}
