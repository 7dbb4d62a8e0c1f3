/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_reply_head.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct {
    int status;
    const char *text;
} status_texts[] = {
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

const char *http_status_text(int status) {
    for (size_t i = 0; i < sizeof status_texts / sizeof status_texts[0]; i++)
        if (status_texts[i].status == status) return status_texts[i].text;
    return "Status"; /* the text is for people; the number counts */
}

/* IMF-fixdate. By hand, since strftime speaks the language of the machine. */
void http_date_set(struct http_date *date, int64_t wall_ms) {
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t second = (time_t)(wall_ms / 1000);
    struct tm t;
    if (date->second == second && date->line[0] != '\0') return;
    date->second = second;
    date->line[0] = '\0';
    if (gmtime_r(&second, &t) == NULL) return;
    int size = snprintf(date->line, sizeof date->line, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n",
                        days + 3 * t.tm_wday, t.tm_mday, months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min,
                        t.tm_sec);
    if (size < 0 || (size_t)size >= sizeof date->line) date->line[0] = '\0';
}

static void write_line(struct buffer *out, const char *name, const char *value) {
    buffer_put_text(out, name);
    buffer_put_text(out, ": ");
    buffer_put_text(out, value);
    buffer_put_text(out, "\r\n");
}

static bool is_one_line(const char *text) {
    return strpbrk(text, "\r\n") == NULL;
}

static void write_body_form(struct buffer *out, const struct http_reply_head *head) {
    switch (head->form) {
    case HTTP_BODY_SIZED:
        buffer_put_text(out, "Content-Length: ");
        buffer_put_decimal(out, (int64_t)head->body_size);
        buffer_put_text(out, "\r\n");
        break;
    case HTTP_BODY_CHUNKED: buffer_put_text(out, "Transfer-Encoding: chunked\r\n"); break;
    case HTTP_BODY_NONE:
    case HTTP_BODY_TO_THE_END: break;
    }
}

static bool write_own_lines(struct buffer *out, const struct http_reply_head *head) {
    for (size_t i = 0; i < head->header_count; i++) {
        if (!is_one_line(head->headers[i].name) || !is_one_line(head->headers[i].value)) return false;
        write_line(out, head->headers[i].name, head->headers[i].value);
    }
    return true;
}

bool http_reply_head_write(struct buffer *out, const struct http_reply_head *head) {
    buffer_put_text(out, "HTTP/1.1 ");
    buffer_put_decimal(out, head->status);
    buffer_put_text(out, " ");
    buffer_put_text(out, http_status_text(head->status));
    buffer_put_text(out, "\r\n");
    buffer_put_text(out, head->date->line);
    if (head->content_type != NULL && !is_one_line(head->content_type)) return false;
    if (head->content_type != NULL) write_line(out, "Content-Type", head->content_type);
    write_body_form(out, head);
    if (head->closes)
        write_line(out, "Connection", "close");
    else if (head->is_http_1_0)
        write_line(out, "Connection", "keep-alive");
    write_line(out, "X-Content-Type-Options", "nosniff"); /* what we call text, no browser runs */
    if (!write_own_lines(out, head)) return false;
    buffer_put_text(out, "\r\n");
    return !out->overflowed;
}
