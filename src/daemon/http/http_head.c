/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_head.h"

#include <string.h>

enum {
    BAD_REQUEST = 400,
    EXPECTATION_FAILED = 417,
    HEAD_TOO_LARGE = 431,
    NOT_IMPLEMENTED = 501,
    VERSION_UNKNOWN = 505
};

size_t http_head_size(struct span bytes) {
    const uint8_t *end = bytes.size < 4 ? NULL : memmem(bytes.at, bytes.size, "\r\n\r\n", 4);
    return end == NULL ? 0 : (size_t)(end - bytes.at) + 4;
}

static uint8_t lower(uint8_t c) {
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool is_token_char(uint8_t c) {
    if ((c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z')) return true;
    return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool is_token(struct span text) {
    for (size_t i = 0; i < text.size; i++)
        if (!is_token_char(text.at[i])) return false;
    return text.size > 0;
}

/* Cuts off what stands before `separator`. False, and nothing cut, without one. */
static bool take_until(struct span *rest, char separator, struct span *taken) {
    const uint8_t *at = rest->size == 0 ? NULL : memchr(rest->at, separator, rest->size);
    if (at == NULL) return false;
    *taken = (struct span){rest->at, (size_t)(at - rest->at)};
    *rest = (struct span){at + 1, rest->size - taken->size - 1};
    return true;
}

/* A line without its CRLF. A CR or an LF alone is no end, and nothing else that a line may hold. */
static bool take_line(struct span *rest, struct span *line) {
    if (!take_until(rest, '\n', line)) return false;
    if (line->size == 0 || line->at[line->size - 1] != '\r') return false;
    line->size--;
    return line->size == 0 || memchr(line->at, '\r', line->size) == NULL;
}

static int read_version(struct span text, struct http_head *head) {
    if (text.size != 8 || memcmp(text.at, "HTTP/", 5) != 0 || text.at[6] != '.') return BAD_REQUEST;
    uint8_t major = text.at[5], minor = text.at[7];
    if (major < '0' || major > '9' || minor < '0' || minor > '9') return BAD_REQUEST;
    if (major != '1') return VERSION_UNKNOWN;
    head->is_http_1_0 = minor == '0';
    return 0;
}

/* "http://host/path", as to a proxy: servers must take it too. The host that counts is then the one named here, and
 * must be the one in Host, since that is what handlers look at. */
static bool take_authority(struct span *target, struct span *authority) {
    static const char scheme[] = "http://";
    struct span start = {target->at, sizeof scheme - 1};
    if (target->size < start.size || !span_equal_ignoring_case(start, SPAN_LITERAL(scheme))) return false;
    struct span rest = {target->at + start.size, target->size - start.size};
    size_t size = 0;
    while (size < rest.size && rest.at[size] != '/' && rest.at[size] != '?') size++;
    *authority = (struct span){rest.at, size};
    *target = (struct span){rest.at + size, rest.size - size};
    return size > 0;
}

static int read_target(struct span target, struct http_head *head, struct span *authority) {
    for (size_t i = 0; i < target.size; i++)
        if (target.at[i] <= ' ' || target.at[i] >= 0x7f || target.at[i] == '#') return BAD_REQUEST;
    bool is_absolute = take_authority(&target, authority);
    bool is_asterisk = span_equal_text(target, "*") && span_equal_text(head->method, "OPTIONS");
    if (!is_asterisk && !is_absolute && (target.size == 0 || target.at[0] != '/')) return BAD_REQUEST;
    head->query = target;
    if (!take_until(&head->query, '?', &head->path)) {
        head->path = target;
        head->query = SPAN_NONE;
    }
    if (head->path.size == 0) head->path = SPAN_LITERAL("/");
    return 0;
}

static int read_request_line(struct span line, struct http_head *head, struct span *authority) {
    struct span target;
    if (!take_until(&line, ' ', &head->method) || !take_until(&line, ' ', &target)) return BAD_REQUEST;
    if (!is_token(head->method) || head->method.size > HTTP_METHOD_SIZE_MAX) return BAD_REQUEST;
    int status = read_version(line, head);
    return status != 0 ? status : read_target(target, head, authority);
}

static bool is_clean_value(struct span value) {
    for (size_t i = 0; i < value.size; i++)
        if ((value.at[i] < ' ' && value.at[i] != '\t') || value.at[i] == 0x7f) return false;
    return true;
}

static int read_header_line(struct span line, uint8_t *writable, struct http_head *head) {
    if (head->line_count == HTTP_HEAD_LINES_MAX) return HEAD_TOO_LARGE;
    struct http_head_line *added = &head->lines[head->line_count];
    struct span rest = line;
    /* A blank before the colon, or a folded line, makes the name no token. */
    if (!take_until(&rest, ':', &added->name) || !is_token(added->name)) return BAD_REQUEST;
    added->value = span_trimmed(rest);
    if (!is_clean_value(added->value)) return BAD_REQUEST;
    for (size_t i = 0; i < added->name.size; i++) writable[i] = lower(writable[i]);
    head->line_count++;
    return 0;
}

const struct http_head_line *http_head_find(const struct http_head *head, const char *name) {
    struct span wanted = span_of_text(name);
    for (size_t i = 0; i < head->line_count; i++)
        if (span_equal(head->lines[i].name, wanted)) return &head->lines[i];
    return NULL;
}

/* Headers that decide where a request ends or who asks: two of them are two opinions. */
static bool has_doubtful_repeat(const struct http_head *head) {
    static const char *const single[] = {"host",          "content-length",    "transfer-encoding",
                                         "authorization", "sec-websocket-key", "origin",
                                         "content-type",  "sec-fetch-site",    "x-skep-request"};
    for (size_t s = 0; s < sizeof single / sizeof single[0]; s++) {
        size_t count = 0;
        for (size_t i = 0; i < head->line_count; i++) count += span_equal_text(head->lines[i].name, single[s]);
        if (count > 1) return true;
    }
    return false;
}

static int check_host(const struct http_head *head, struct span authority) {
    const struct http_head_line *host = http_head_find(head, "host");
    if (host == NULL) return head->is_http_1_0 ? 0 : BAD_REQUEST;
    for (size_t i = 0; i < host->value.size; i++)
        if (strchr(" \t/?#@,\\", host->value.at[i]) != NULL) return BAD_REQUEST;
    if (authority.size > 0 && !span_equal_ignoring_case(authority, host->value)) return BAD_REQUEST;
    return 0;
}

static bool read_length(struct span text, uint64_t *length) {
    if (text.size == 0 || text.size > 18) return false; /* 18 digits fit */
    *length = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
        *length = *length * 10 + (uint64_t)(text.at[i] - '0');
    }
    return true;
}

static int read_body_form(struct http_head *head) {
    const struct http_head_line *coding = http_head_find(head, "transfer-encoding");
    const struct http_head_line *length = http_head_find(head, "content-length");
    if (length != NULL && !read_length(length->value, &head->content_length)) return BAD_REQUEST;
    if (coding == NULL) return 0;
    if (length != NULL || head->is_http_1_0) return BAD_REQUEST;
    if (!span_equal_ignoring_case(coding->value, SPAN_LITERAL("chunked"))) return NOT_IMPLEMENTED;
    head->is_chunked = true;
    return 0;
}

static bool list_has(struct span list, struct span wanted) {
    struct span member;
    while (take_until(&list, ',', &member))
        if (span_equal_ignoring_case(span_trimmed(member), wanted)) return true;
    return span_equal_ignoring_case(span_trimmed(list), wanted);
}

static bool says_connection(const struct http_head *head, struct span wanted) {
    for (size_t i = 0; i < head->line_count; i++)
        if (span_equal_text(head->lines[i].name, "connection") && list_has(head->lines[i].value, wanted)) return true;
    return false;
}

static int read_expectation(struct http_head *head) {
    const struct http_head_line *expect = http_head_find(head, "expect");
    if (expect == NULL || head->is_http_1_0) return 0;
    if (!span_equal_ignoring_case(expect->value, SPAN_LITERAL("100-continue"))) return EXPECTATION_FAILED;
    head->expects_continue = head->is_chunked || head->content_length > 0;
    return 0;
}

static int check_and_settle(struct http_head *head, struct span authority) {
    if (has_doubtful_repeat(head)) return BAD_REQUEST;
    int status = check_host(head, authority);
    if (status == 0) status = read_body_form(head);
    if (status == 0) status = read_expectation(head);
    head->keeps_alive = !says_connection(head, SPAN_LITERAL("close")) &&
                        (!head->is_http_1_0 || says_connection(head, SPAN_LITERAL("keep-alive")));
    return status;
}

int http_head_read(uint8_t *bytes, size_t size, struct http_head *head) {
    *head = (struct http_head){0};
    struct span rest = {bytes, size}, line, authority = SPAN_NONE;
    if (!take_line(&rest, &line)) return BAD_REQUEST;
    int status = read_request_line(line, head, &authority);
    while (status == 0) {
        if (!take_line(&rest, &line)) return BAD_REQUEST;
        if (line.size == 0) return check_and_settle(head, authority);
        status = read_header_line(line, bytes + (line.at - bytes), head);
    }
    return status;
}
