/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_range.h"

#include <inttypes.h>
#include <stdio.h>

/* Takes the digits at the front. False: there are none. */
static bool take_number(struct span *rest, uint64_t *number) {
    size_t size = 0;
    *number = 0;
    for (; size < rest->size && rest->at[size] >= '0' && rest->at[size] <= '9'; size++) {
        const uint64_t digit = rest->at[size] - (uint64_t)'0';
        *number = *number > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *number * 10 + digit;
    }
    *rest = (struct span){rest->at + size, rest->size - size};
    return size > 0;
}

static bool take_dash(struct span *rest) {
    if (rest->size == 0 || rest->at[0] != '-') return false;
    *rest = (struct span){rest->at + 1, rest->size - 1};
    return true;
}

static bool take_unit(struct span *rest) {
    static const char unit[] = "bytes=";
    const struct span start = {rest->at, sizeof unit - 1};
    if (rest->size < start.size || !span_equal_ignoring_case(start, SPAN_LITERAL(unit))) return false;
    *rest = (struct span){rest->at + start.size, rest->size - start.size};
    return true;
}

/* "-n": the last n bytes. */
static enum http_range_kind read_end(struct span rest, uint64_t length, struct http_range *range) {
    uint64_t size;
    if (!take_number(&rest, &size) || rest.size > 0) return HTTP_RANGE_WHOLE;
    if (size > length) size = length;
    *range = (struct http_range){length - size, size};
    if (size > 0) return HTTP_RANGE_PART;
    /* The last bytes of an empty file are all of it; no bytes are no range. */
    return length == 0 ? HTTP_RANGE_WHOLE : HTTP_RANGE_UNSATISFIED;
}

/* "a-b", or "a-": to the end. */
static enum http_range_kind read_from(struct span rest, uint64_t length, struct http_range *range) {
    uint64_t first, last = UINT64_MAX;
    if (!take_number(&rest, &first) || !take_dash(&rest)) return HTTP_RANGE_WHOLE;
    if (rest.size > 0 && (!take_number(&rest, &last) || rest.size > 0 || last < first)) return HTTP_RANGE_WHOLE;
    if (first >= length) {
        *range = (struct http_range){0};
        return HTTP_RANGE_UNSATISFIED;
    }
    if (last >= length) last = length - 1;
    *range = (struct http_range){first, last - first + 1};
    return HTTP_RANGE_PART;
}

enum http_range_kind http_range_read(struct span header, uint64_t length, struct http_range *range) {
    *range = (struct http_range){0, length};
    if (!take_unit(&header)) return HTTP_RANGE_WHOLE;
    return take_dash(&header) ? read_end(header, length, range) : read_from(header, length, range);
}

const char *http_content_range(char text[HTTP_CONTENT_RANGE_SIZE], const struct http_range *range, uint64_t length) {
    if (range->size == 0)
        (void)snprintf(text, HTTP_CONTENT_RANGE_SIZE, "bytes */%" PRIu64, length);
    else
        (void)snprintf(text, HTTP_CONTENT_RANGE_SIZE, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, range->first,
                       range->first + range->size - 1, length);
    return text;
}
