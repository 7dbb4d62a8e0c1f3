/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a request from anybody: what is accepted lies within its bytes, has one length, and reads the same a
 * second time. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "daemon/http/http_head.h"

enum { HEAD_MAX = 16384 };

static uint8_t bytes[HEAD_MAX];
static uint8_t again[HEAD_MAX];

static void check_within(struct span inner, size_t size) {
    if (inner.size == 0) return;
    must(inner.at >= bytes);
    must_le((size_t)(inner.at - bytes) + inner.size, size);
}

static void check_head(const struct http_head *head, size_t size) {
    check_within(head->method, size);
    check_within(head->path, size);
    check_within(head->query, size);
    must_le(head->line_count, HTTP_HEAD_LINES_MAX);
    must(!head->is_chunked || head->content_length == 0);
    for (size_t i = 0; i < head->line_count; i++) {
        check_within(head->lines[i].name, size);
        check_within(head->lines[i].value, size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct http_head head;
    struct http_head second;
    if (size > HEAD_MAX) return 0;
    memcpy(bytes, data, size);
    size_t head_size = http_head_size((struct span){bytes, size});
    must_le(head_size, size);
    if (head_size == 0) return 0;
    int status = http_head_read(bytes, head_size, &head);
    if (status != 0) return 0;
    check_head(&head, head_size);
    memcpy(again, bytes, head_size);
    must(http_head_read(again, head_size, &second) == 0);
    must(second.line_count == head.line_count && second.content_length == head.content_length);
    return 0;
}
