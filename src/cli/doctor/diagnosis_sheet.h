/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a diagnosis is shown in a terminal, told to scripts, and what it exits with.
 * Owns: nothing.
 * Never: shows a byte of a stranger that acts on the terminal: foreign words come in cleaned. */

#include "daemon/doctor/diagnosis.h"

/* For people: the steps from `first` on, and at the end how many need a look. */
void diagnosis_sheet_print_steps(const struct diagnosis *diagnosis, size_t first);
void diagnosis_sheet_print_end(const struct diagnosis *diagnosis);
/* {"result","steps":[{"check","title","result","text","advice"}]} */
void diagnosis_sheet_write_json(struct buffer *out, const struct diagnosis *diagnosis);
int diagnosis_sheet_exit_code(const struct diagnosis *diagnosis);
