/* SPDX-License-Identifier: Apache-2.0 */
/* A Range header from anybody: whatever it says, what is served lies within the file; a part is asked for by one range
 * alone; and the range that was understood, written out, is understood the same. */
#include "fuzz_target.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "daemon/http/http_range.h"

static void check(struct span header, uint64_t length) {
    struct http_range range, again;
    const enum http_range_kind kind = http_range_read(header, length, &range);
    char text[HTTP_CONTENT_RANGE_SIZE], exact[64];
    must_le(range.first, length);
    must_le(range.size, length - range.first);
    must(kind != HTTP_RANGE_WHOLE || (range.first == 0 && range.size == length));
    must((kind == HTTP_RANGE_PART) == (kind != HTTP_RANGE_WHOLE && range.size > 0));
    must(strncmp(http_content_range(text, &range, length), "bytes ", 6) == 0);
    if (kind != HTTP_RANGE_PART) return;
    must(memchr(header.at, ',', header.size) == NULL);
    (void)snprintf(exact, sizeof exact, "bytes=%" PRIu64 "-%" PRIu64, range.first, range.first + range.size - 1);
    must(http_range_read(span_of_text(exact), length, &again) == HTTP_RANGE_PART);
    must(again.first == range.first && again.size == range.size);
}

/* The first eight bytes are the length of the file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint64_t lengths[] = {0, 1, 1000, UINT64_MAX};
    if (size < 8) return 0;
    const struct span header = {data + 8, size - 8};
    check(header, bytes_read_u64(data));
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) check(header, lengths[i]);
    return 0;
}
