/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* In memory of exactly its size, so that the sanitizer sees a step too far. */
static int read_head(const char *text, struct http_head *head, uint8_t **memory) {
    size_t size = strlen(text);
    *memory = malloc(size > 0 ? size : 1);
    assert_non_null(*memory);
    memcpy(*memory, text, size);
    return http_head_read(*memory, size, head);
}

static void assert_span(struct span span, const char *text) {
    if (!span_equal_text(span, text)) fail_msg("'%.*s' is not '%s'", (int)span.size, (const char *)span.at, text);
}

static void a_head_is_read(void **state) {
    (void)state;
    struct http_head head;
    uint8_t *memory;
    assert_int_equal(read_head("POST /a%20b/../c+d?x=1&y=%26?z HTTP/1.1\r\nHost: node:80\r\nX-Skep-Request:1 \r\n"
                               "Content-Length: 12\r\nExpect: 100-continue\r\nEmpty:\r\n\r\n",
                               &head, &memory),
                     0);
    assert_span(head.method, "POST");
    assert_span(head.path, "/a%20b/../c+d");
    assert_span(head.query, "x=1&y=%26?z");
    assert_int_equal(head.content_length, 12);
    assert_true(head.expects_continue);
    assert_true(head.keeps_alive);
    assert_false(head.is_chunked);
    assert_span(http_head_find(&head, "x-skep-request")->value, "1");
    assert_span(http_head_find(&head, "empty")->value, "");
    assert_null(http_head_find(&head, "absent"));
    free(memory);
}

static const struct {
    int status;
    const char *head;
} heads[] = {
    {0, "GET / HTTP/1.0\r\n\r\n"},
    {0, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
    {0, "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n"},
    {0, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"},
    {0, "GET http://a.example/x?y HTTP/1.1\r\nHost: A.example\r\n\r\n"},
    {0, "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"},
    {0, "GET / HTTP/1.9\r\nHost: a\r\n\r\n"},
    {400, ""},
    {400, "\r\n"},
    {400, "GET /\r\n\r\n"},
    {400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
    {400, "GET / HTTP/1.1\nHost: a\n\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\n"},
    {400, "GET / http/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET / HTTP/11\r\nHost: a\r\n\r\n"},
    {400, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "AVERYLONGMETHODTHATNOBODYHASEVERSEENBEFORE / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET x HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET http://evil/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\n: no name\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"},
    {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n"},
    {417, "POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n"},
    {501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"},
    {501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"},
    {505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
    {505, "PRI * HTTP/2.0\r\n\r\n"},
};

static void each_head_has_its_status(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct http_head head;
        uint8_t *memory;
        int status = read_head(heads[i].head, &head, &memory);
        if (status != heads[i].status) fail_msg("%d, not %d, for: %s", status, heads[i].status, heads[i].head);
        free(memory);
    }
}

static void a_cut_head_is_never_whole_and_never_read(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        for (size_t size = 0; size < strlen(heads[i].head); size++) {
            char cut[256];
            struct http_head head;
            uint8_t *memory;
            assert_true(span_copy_text((struct span){(const uint8_t *)heads[i].head, size}, cut, sizeof cut));
            assert_int_equal(http_head_size(span_of_text(cut)), 0);
            assert_int_not_equal(read_head(cut, &head, &memory), 0);
            free(memory);
        }
    }
}

static void a_connection_is_kept_or_not(void **state) {
    (void)state;
    static const struct {
        bool keeps;
        const char *head;
    } cases[] = {
        {true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {false, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
        {false, "GET / HTTP/1.1\r\nHost: a\r\nConnection: te, Close\r\n\r\n"},
        {false, "GET / HTTP/1.1\r\nHost: a\r\nConnection: te\r\nConnection: close\r\n\r\n"},
        {false, "GET / HTTP/1.0\r\n\r\n"},
        {true, "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_head head;
        uint8_t *memory;
        assert_int_equal(read_head(cases[i].head, &head, &memory), 0);
        assert_int_equal(head.keeps_alive, cases[i].keeps);
        free(memory);
    }
}

static void more_lines_than_there_is_room_for_are_431(void **state) {
    (void)state;
    char text[4096] = "GET / HTTP/1.0\r\n";
    struct http_head head;
    uint8_t *memory;
    for (int i = 0; i < HTTP_HEAD_LINES_MAX; i++) strcat(text, "a: b\r\n");
    size_t size = strlen(text);
    strcat(text, "\r\n");
    assert_int_equal(read_head(text, &head, &memory), 0);
    assert_int_equal(head.line_count, HTTP_HEAD_LINES_MAX);
    free(memory);
    strcpy(text + size, "a: b\r\n\r\n");
    assert_int_equal(read_head(text, &head, &memory), 431);
    free(memory);
}

static void the_end_of_a_head_is_found(void **state) {
    (void)state;
    assert_int_equal(http_head_size(SPAN_NONE), 0);
    assert_int_equal(http_head_size(SPAN_LITERAL("GET / HTTP/1.0\r\n\r")), 0);
    assert_int_equal(http_head_size(SPAN_LITERAL("GET / HTTP/1.0\r\n\r\nmore\r\n\r\n")), 18);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_read),
        cmocka_unit_test(each_head_has_its_status),
        cmocka_unit_test(a_cut_head_is_never_whole_and_never_read),
        cmocka_unit_test(a_connection_is_kept_or_not),
        cmocka_unit_test(more_lines_than_there_is_room_for_are_431),
        cmocka_unit_test(the_end_of_a_head_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
