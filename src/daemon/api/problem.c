/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/problem.h"

#include "base/must.h"

#include <stdio.h>

struct kind {
    int status;
    const char *code;
    enum problem_scope scope;
    const char *title;
    const char *detail;
};

static const struct kind kinds[PROBLEM_COUNT] = {
#define PROBLEM(NAME, status, code, SCOPE, title, detail)                                                              \
    [PROBLEM_##NAME] = {status, code, PROBLEM_SCOPE_##SCOPE, title, detail},
#include "problems.def"
#undef PROBLEM
};

static const struct kind *kind_of(enum problem problem) {
    must(problem > PROBLEM_NONE && problem < PROBLEM_COUNT);
    return &kinds[problem];
}

int problem_status(enum problem problem) {
    return kind_of(problem)->status;
}

const char *problem_code(enum problem problem) {
    return kind_of(problem)->code;
}

const char *problem_title(enum problem problem) {
    return kind_of(problem)->title;
}

enum problem_scope problem_scope(enum problem problem) {
    return kind_of(problem)->scope;
}

void problem_write(struct json_writer *w, const char *name, enum problem problem, struct span detail) {
    const struct kind *kind = kind_of(problem);
    char type[96];
    (void)snprintf(type, sizeof type, "/api/v1/openapi.json#/components/examples/%s", kind->code);
    json_open_object(w, name);
    json_put_text(w, "type", type);
    json_put_text(w, "title", kind->title);
    json_put_integer(w, "status", kind->status);
    json_put_span(w, "detail", detail.size > 0 ? detail : span_of_text(kind->detail));
    json_put_text(w, "code", kind->code);
    json_close_object(w);
}

void problem_answer(struct http_exchange *exchange, enum problem problem, const struct problem_note *note) {
    const int status = problem_status(problem);
    uint8_t memory[1024];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&body);
    struct http_header_line headers[3] = {{"Cache-Control", "no-store"}};
    size_t count = 1;
    problem_write(&w, NULL, problem, note == NULL ? SPAN_NONE : note->detail);
    must(!body.overflowed);
    if (note != NULL && note->allow != NULL) headers[count++] = (struct http_header_line){"Allow", note->allow};
    if (status == 401) headers[count++] = (struct http_header_line){"WWW-Authenticate", "Bearer realm=\"skep\""};
    if (status == 415) headers[count++] = (struct http_header_line){"Accept", "application/json"};
    if (status == 503) headers[count++] = (struct http_header_line){"Retry-After", "10"};
    http_answer(exchange, &(struct http_reply){.status = status,
                                               .content_type = "application/problem+json",
                                               .body = buffer_span(&body),
                                               .headers = headers,
                                               .header_count = count});
}
