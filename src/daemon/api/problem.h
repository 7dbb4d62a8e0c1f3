/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An answer that says no, as RFC 9457 has it: {type, title, status, detail}, and `code`, which stays the same when the
 * words change. `type` leads to where /api/v1/openapi.json shows the problem. There is no `instance`: nothing is kept
 * of one call that could be asked for later. The list is defs/problems.def. Owns: nothing.   Never: repeats what the
 * caller sent. */

#include "base/json_writer.h"
#include "daemon/http/http.h"

enum problem {
    PROBLEM_NONE,
#define PROBLEM(NAME, status, code, SCOPE, title, detail) PROBLEM_##NAME,
#include "problems.def"
#undef PROBLEM
    PROBLEM_COUNT
};
/* Which routes may answer with it; what each means stands in the table. */
enum problem_scope {
    PROBLEM_SCOPE_ALL,
    PROBLEM_SCOPE_GUARDED,
    PROBLEM_SCOPE_BODY,
    PROBLEM_SCOPE_QUERY,
    PROBLEM_SCOPE_STREAM,
    PROBLEM_SCOPE_OPERATION,
    PROBLEM_SCOPE_MOMENT,
    PROBLEM_SCOPE_CONTENT,
    PROBLEM_SCOPE_POST,
    PROBLEM_SCOPE_DOCTOR,
    PROBLEM_SCOPE_QUARANTINE,
    PROBLEM_SCOPE_DRAFT,
    PROBLEM_SCOPE_NONE,
};

int problem_status(enum problem problem);
const char *problem_code(enum problem problem);
const char *problem_title(enum problem problem);
enum problem_scope problem_scope(enum problem problem);
/* The whole object; `name` as for json_open_object. An empty `detail` is the table's. */
void problem_write(struct json_writer *w, const char *name, enum problem problem, struct span detail);

/* What is to be said of this one call. */
struct problem_note {
    const char *allow;  /* of a 405; NULL: nothing */
    struct span detail; /* empty: the table's */
};
/* `note` NULL: nothing more than the table has. */
void problem_answer(struct http_exchange *exchange, enum problem problem, const struct problem_note *note);
