/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who may call: the rules that keep foreign machines, foreign sites in the caretaker's own browser, and callers without
 * a token or session away from the API.
 *
 *     Host        names this node (against DNS rebinding)                          all calls
 *     Origin      when present, is the Host's own                                  all but OPEN
 *     credential  the token, or a session's cookie                                 TOKEN, CALLER
 *     by cookie   GET: Sec-Fetch-Site same-origin or none, when present            CALLER
 *                 others: an Origin, and X-Skep-Request: 1                         CALLER
 *
 * Owns: nothing.   Never: answers, counts; those are the caller's.   Spec: CONTRACT 5 and 6. */

#include "crypto/attest.h"
#include "daemon/api/problem.h"

enum guard_access { GUARD_ACCESS_OPEN, GUARD_ACCESS_LOGIN, GUARD_ACCESS_TOKEN, GUARD_ACCESS_CALLER };

struct guard {
    struct address bound;
    const char *const *hosts; /* borrowed */
    size_t host_count;
    const char *token;              /* borrowed */
    const char *cookie_name;        /* borrowed */
    struct attest_key sessions_key; /* of session_token_key */
};
/* What the rules look at. Spans are borrowed. */
struct guard_request {
    struct span method;
    struct span host;
    bool has_origin;
    struct span origin;
    struct span authorization; /* empty = none */
    struct span cookie;
    struct span fetch_site;
    struct span skep_request;
};
struct guard_request guard_request_of(const struct http_exchange *exchange);
/* PROBLEM_NONE: may pass. */
enum problem guard_check_host(const struct guard *guard, const struct guard_request *request);
enum problem guard_check(const struct guard *guard, const struct guard_request *request, enum guard_access access,
                         int64_t wall_ms);
