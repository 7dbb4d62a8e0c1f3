/* SPDX-License-Identifier: Apache-2.0 */
/* The page itself: constant files that hold nothing of the node, so anybody may have them. */
#include "daemon/api/dashboard_bundle.h"
#include "daemon/api/header_list.h"
#include "daemon/api/state.h"

#include <stdio.h>
#include <string.h>

/* The page gets its scripts, styles and figures from us alone, sits in nobody's frame and posts no form. Said with the
 * document: browsers do not look for it anywhere else, and every byte of the others is one of the first load. */
#define POLICY "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

static const struct dashboard_file *find(struct span path) {
    for (size_t i = 0; i < dashboard_file_count; i++)
        if (dashboard_files[i].path != NULL && span_equal_text(path, dashboard_files[i].path))
            return &dashboard_files[i];
    return NULL;
}

static const char *const codings[DASHBOARD_FORMS] = {[DASHBOARD_BROTLI] = "br", [DASHBOARD_GZIP] = "gzip"};

/* The coding, but not the coding with ";q=0". */
static bool accepts(struct span accepted, struct span coding) {
    while (accepted.size > 0) {
        struct span item = header_list_take(&accepted);
        if (!span_starts_with(item, coding)) continue;
        struct span rest = {item.at + coding.size, item.size - coding.size};
        if (rest.size == 0) return true;
        if (rest.at[0] != ';') continue; /* another one that begins like it */
        return !span_equal_text(rest, ";q=0") && !span_equal_text(rest, ";q=0.0") && !span_equal_text(rest, "; q=0");
    }
    return false;
}

/* DASHBOARD_FORMS: as it is. */
static int choose_form(const struct dashboard_file *file, struct span accepted) {
    int form = 0;
    while (form < DASHBOARD_FORMS && (file->forms[form].size == 0 || !accepts(accepted, span_of_text(codings[form]))))
        form++;
    return form;
}

/* One tag for each form of the file: the bytes differ. */
static void write_etag(char tag[80], const struct dashboard_file *file, int form) {
    size_t size = strlen(file->etag);
    bool is_quoted = size >= 2 && file->etag[size - 1] == '"';
    if (form < DASHBOARD_FORMS && is_quoted) {
        (void)snprintf(tag, 80, "%.*s-%s\"", (int)(size - 1), file->etag, codings[form]);
    } else {
        (void)snprintf(tag, 80, "%s", file->etag);
    }
}

static void answer_file(struct http_exchange *exchange, const struct dashboard_file *file) {
    const int form = choose_form(file, http_header(exchange, "accept-encoding"));
    char tag[80];
    struct http_header_line headers[8] = {{"Cache-Control", "no-cache"}, {"Vary", "Accept-Encoding"}, {"ETag", tag}};
    size_t count = 3;
    if (span_starts_with(span_of_text(file->content_type), SPAN_LITERAL("text/html"))) {
        headers[count++] = (struct http_header_line){"Content-Security-Policy", POLICY};
        headers[count++] = (struct http_header_line){"Referrer-Policy", "no-referrer"};
    }
    struct http_reply reply = {.status = 200, .content_type = file->content_type, .headers = headers};
    write_etag(tag, file, form);
    if (header_list_has_tag(http_header(exchange, "if-none-match"), tag)) {
        reply.status = 304;
        reply.content_type = NULL;
    } else if (form < DASHBOARD_FORMS) {
        headers[count++] = (struct http_header_line){"Content-Encoding", codings[form]};
        reply.body = (struct span){file->forms[form].bytes, file->forms[form].size};
    } else {
        reply.body = (struct span){file->bytes, file->size};
    }
    reply.header_count = count;
    http_answer(exchange, &reply);
}

static void answer_without_page(struct http_exchange *exchange) {
    static const struct http_header_line headers[] = {{"Cache-Control", "no-cache"}};
    http_answer(exchange, &(struct http_reply){
                              .status = 200,
                              .content_type = "text/plain; charset=utf-8",
                              .body = SPAN_LITERAL("This build of Skep has no dashboard. `skep status`, `skep links` "
                                                   "and `skep peers` show the node in a terminal.\n"),
                              .headers = headers,
                              .header_count = 1});
}

void route_page(struct api *api, struct http_exchange *exchange) {
    const struct dashboard_file *file = find(http_path(exchange));
    if (file != NULL) {
        answer_file(exchange, file);
    } else if (span_equal_text(http_path(exchange), "/")) {
        answer_without_page(exchange);
    } else {
        api_refuse(api, exchange, PROBLEM_NOT_FOUND, NULL);
    }
}
