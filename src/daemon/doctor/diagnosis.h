/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a doctor says: steps, each with a result, a sentence, and what to do when there is something to do.
 *     ok        as it should be
 *     note      to be known, and no trouble
 *     warning   works, and may not for long, or less than it could
 *     problem   does not work
 * Owns: its steps (copies of all texts).
 * Never: judges (peer_judge.h and cli/doctor/judge.h do).
 * Full: DIAGNOSIS_STEPS_MAX; a step that is one too many is counted and told. */

#include "base/json_writer.h"

enum diagnosis_result { DIAGNOSIS_OK, DIAGNOSIS_NOTE, DIAGNOSIS_WARNING, DIAGNOSIS_PROBLEM, DIAGNOSIS_RESULTS };
const char *diagnosis_result_name(enum diagnosis_result result);
bool diagnosis_result_read(struct span word, enum diagnosis_result *result);

enum { DIAGNOSIS_STEPS_MAX = 96, DIAGNOSIS_CHECK_MAX = 24, DIAGNOSIS_TITLE_MAX = 64, DIAGNOSIS_TEXT_MAX = 600 };

struct diagnosis_step {
    enum diagnosis_result result;
    char check[DIAGNOSIS_CHECK_MAX]; /* its name for scripts: "beacons" */
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

size_t diagnosis_count_of(const struct diagnosis *diagnosis, enum diagnosis_result result);
/* [{"check","title","result","text","advice"}] */
void diagnosis_write_steps(struct json_writer *w, const char *name, const struct diagnosis *diagnosis);
