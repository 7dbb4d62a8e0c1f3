/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor/diagnosis_sheet.h"

#include "cli/command.h"
#include "cli/paragraph.h"
#include "cli/sheet.h"

#include <stdio.h>

static const struct {
    const char *mark;
    enum sheet_tone tone;
} LOOKS[DIAGNOSIS_RESULTS] = {[DIAGNOSIS_OK] = {"✓", SHEET_GOOD},
                              [DIAGNOSIS_NOTE] = {"·", SHEET_PLAIN},
                              [DIAGNOSIS_WARNING] = {"▲", SHEET_WARN},
                              [DIAGNOSIS_PROBLEM] = {"⬢", SHEET_BAD}};

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

void diagnosis_sheet_print_steps(const struct diagnosis *diagnosis, size_t first) {
    for (size_t i = first; i < diagnosis->count; i++) {
        const struct diagnosis_step *step = &diagnosis->steps[i];
        enum sheet_tone tone = LOOKS[step->result].tone;
        (void)printf("%s%s %s%s\n", sheet_tone_on(tone), LOOKS[step->result].mark, step->title, sheet_tone_off(tone));
        print_paragraph("", step->text);
        if (step->advice[0] != '\0') print_paragraph("-> ", step->advice);
    }
    (void)fflush(stdout);
}

void diagnosis_sheet_print_end(const struct diagnosis *diagnosis) {
    size_t problems = diagnosis_count_of(diagnosis, DIAGNOSIS_PROBLEM);
    size_t warnings = diagnosis_count_of(diagnosis, DIAGNOSIS_WARNING);
    if (diagnosis->more > 0) (void)printf("\nThere was no room for %zu more steps.", diagnosis->more);
    if (problems + warnings == 0) {
        (void)printf("\nAll %zu steps are well.\n", diagnosis->count);
    } else {
        (void)printf("\nOf %zu steps %zu %s a problem and %zu %s a look.\n", diagnosis->count, problems,
                     problems == 1 ? "is" : "are", warnings, warnings == 1 ? "needs" : "need");
    }
}

int diagnosis_sheet_exit_code(const struct diagnosis *diagnosis) {
    if (!diagnosis->has_node) return EXIT_CODE_UNREACHABLE;
    size_t bad = diagnosis_count_of(diagnosis, DIAGNOSIS_PROBLEM) + diagnosis_count_of(diagnosis, DIAGNOSIS_WARNING);
    return bad == 0 ? EXIT_CODE_DONE : EXIT_CODE_DEGRADED;
}

static const char *word_of(int exit_code) {
    if (exit_code == EXIT_CODE_UNREACHABLE) return "unreachable";
    return exit_code == EXIT_CODE_DONE ? "ok" : "degraded";
}

void diagnosis_sheet_write_json(struct buffer *out, const struct diagnosis *diagnosis) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_text(&w, "result", word_of(diagnosis_sheet_exit_code(diagnosis)));
    diagnosis_write_steps(&w, "steps", diagnosis);
    json_close_object(&w);
}
