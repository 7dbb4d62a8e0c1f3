/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/problem.h"

#include "base/json_writer.h"
#include "base/must.h"

struct kind {
    int status;
    const char *code;
    const char *title;
    const char *detail;
};

static const struct kind KINDS[] = {
    [PROBLEM_HOST] = {421, "host-foreign", "This is not the host you asked for",
                      "The Host header must be localhost, a loopback address, or the address the API listens on."},
    [PROBLEM_ORIGIN] = {403, "origin-foreign", "Another site made this call",
                        "The Origin header does not match the Host header. Only the node's own page may call its API."},
    [PROBLEM_ORIGIN_MISSING] = {403, "origin-missing", "The call does not say where it comes from",
                                "A call by cookie that changes something needs an Origin header. Scripts send the API "
                                "token instead: Authorization: Bearer TOKEN."},
    [PROBLEM_CROSS_SITE] = {403, "cross-site", "Another site made this call",
                            "Sec-Fetch-Site must be same-origin or none for a call by cookie."},
    [PROBLEM_HEADER_MISSING] = {403, "header-missing", "The call lacks a header",
                                "This call needs the header X-Skep-Request: 1, which a form of another site cannot "
                                "send."},
    [PROBLEM_TOKEN_MISSING] = {401, "token-missing", "Who is calling?",
                               "Send Authorization: Bearer TOKEN with the token of api.token in the node's data "
                               "folder, or open the page with `skep dashboard`."},
    [PROBLEM_TOKEN_WRONG] = {401, "token-wrong", "The token is not this node's",
                             "The right one is in api.token in the node's data folder."},
    [PROBLEM_SESSION_OVER] = {401, "session-over", "The session is over",
                              "`skep dashboard` prints a new address to open."},
    [PROBLEM_LOGIN] = {401, "login-refused", "The login code is wrong, used or old",
                       "A code is good once, for a minute. `skep dashboard` prints a new one."},
    [PROBLEM_BODY] = {400, "body-malformed", "The body was not understood",
                      "It must be JSON of the form "
                      "{\"token\": \"...\"}."},
    [PROBLEM_QUERY] = {400, "query-malformed", "The query was not understood",
                       "A value is not of the kind, or beyond the limit, that its name asks for."},
    [PROBLEM_NOT_FOUND] = {404, "not-found", "There is nothing here",
                           "The API begins at /api/v1/snapshot; the page is at /."},
    [PROBLEM_METHOD] = {405, "method-not-allowed", "This does not take that method",
                        "The Allow header says which methods it takes."},
    [PROBLEM_STREAMS_FULL] = {503, "streams-full", "All streams are taken",
                              "16 readers follow this node already; close a page, or read /api/v1/snapshot instead."},
    [PROBLEM_TOO_LARGE] = {500, "answer-too-large", "The answer is over its limit",
                           "Ask for less at once with ?limit=."},
};

static const struct kind *kind_of(enum problem problem) {
    must(problem > PROBLEM_NONE && problem < sizeof KINDS / sizeof KINDS[0]);
    return &KINDS[problem];
}

int problem_status(enum problem problem) {
    return kind_of(problem)->status;
}

const char *problem_code(enum problem problem) {
    return kind_of(problem)->code;
}

static void write_body(struct buffer *out, const struct kind *kind) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_text(&w, "type", "about:blank");
    json_put_text(&w, "title", kind->title);
    json_put_integer(&w, "status", kind->status);
    json_put_text(&w, "detail", kind->detail);
    json_put_text(&w, "code", kind->code);
    json_close_object(&w);
}

void problem_answer(struct http_exchange *exchange, enum problem problem, const char *allow) {
    const struct kind *kind = kind_of(problem);
    uint8_t memory[1024];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct http_header_line headers[3] = {{"Cache-Control", "no-store"}};
    size_t count = 1;
    write_body(&body, kind);
    must(!body.overflowed);
    if (allow != NULL) headers[count++] = (struct http_header_line){"Allow", allow};
    if (kind->status == 401) headers[count++] = (struct http_header_line){"WWW-Authenticate", "Bearer realm=\"skep\""};
    http_answer(exchange, &(struct http_reply){.status = kind->status,
                                               .content_type = "application/problem+json",
                                               .body = buffer_span(&body),
                                               .headers = headers,
                                               .header_count = count});
}
