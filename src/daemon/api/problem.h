/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An answer that says no, as RFC 9457 has it: {type, title, status, detail}, and `code`, which stays the same when the
 * words change.
 * Owns: nothing.   Never: repeats what the caller sent. */

#include "daemon/http/http.h"

enum problem {
    PROBLEM_NONE,
    PROBLEM_HOST,   /* 421 */
    PROBLEM_ORIGIN, /* 403 from here */
    PROBLEM_ORIGIN_MISSING,
    PROBLEM_CROSS_SITE,
    PROBLEM_HEADER_MISSING,
    PROBLEM_TOKEN_MISSING, /* 401 from here */
    PROBLEM_TOKEN_WRONG,
    PROBLEM_SESSION_OVER,
    PROBLEM_LOGIN,
    PROBLEM_BODY, /* 400 from here */
    PROBLEM_QUERY,
    PROBLEM_NOT_FOUND,    /* 404 */
    PROBLEM_METHOD,       /* 405 */
    PROBLEM_STREAMS_FULL, /* 503 */
    PROBLEM_TOO_LARGE,    /* 500 */
};

int problem_status(enum problem problem);
const char *problem_code(enum problem problem);
/* Answers with it. `allow` stands in the Allow header of a 405; NULL otherwise. */
void problem_answer(struct http_exchange *exchange, enum problem problem, const char *allow);
