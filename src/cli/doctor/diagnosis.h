/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a doctor says: steps, each with a result, a sentence, and what to do when there is something to do.
 * Owns: its steps (copies of all texts).
 * Never: judges (judge.h does); shows a byte of a stranger that acts on the terminal: foreign words come in cleaned.
 * Full: DIAGNOSIS_STEPS_MAX; a step that is one too many is counted and told. */

#include "base/bytes.h"

enum diagnosis_result { DIAGNOSIS_OK, DIAGNOSIS_NOTE, DIAGNOSIS_WARNING, DIAGNOSIS_PROBLEM };

enum { DIAGNOSIS_STEPS_MAX = 96, DIAGNOSIS_TITLE_MAX = 64, DIAGNOSIS_TEXT_MAX = 600 };

struct diagnosis_step {
    enum diagnosis_result result;
    const char *check; /* its name for scripts: "beacons"; borrowed, static */
    char title[DIAGNOSIS_TITLE_MAX];
    char text[DIAGNOSIS_TEXT_MAX];
    char advice[DIAGNOSIS_TEXT_MAX]; /* empty: nothing to do */
};
struct diagnosis {
    bool has_node; /* one answers */
    size_t count;
    size_t more; /* that had no place */
    struct diagnosis_step steps[DIAGNOSIS_STEPS_MAX];
};
/* A new step without an advice, worded by the format. Borrowed; a place that is thrown away when there is none left. */
struct diagnosis_step *diagnosis_add(struct diagnosis *diagnosis, const char *check, const char *title,
                                     enum diagnosis_result result, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void diagnosis_advise(struct diagnosis_step *step, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For people: the steps from `first` on, and at the end how many need a look. */
void diagnosis_print_steps(const struct diagnosis *diagnosis, size_t first);
void diagnosis_print_end(const struct diagnosis *diagnosis);
/* {"result","steps":[{"check","title","result","text","advice"}]} */
void diagnosis_write_json(struct buffer *out, const struct diagnosis *diagnosis);
int diagnosis_exit_code(const struct diagnosis *diagnosis);
