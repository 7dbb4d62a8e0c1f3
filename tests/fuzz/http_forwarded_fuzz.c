/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of a request that came through a listed proxy, and the list itself: whoever is not listed is never more than
 * the connection it came by, the client is never a hop that is listed unless nobody else is named, and the rightmost
 * address that is not listed is the client whatever stands left of it. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "daemon/http/http_forwarded.h"

enum { TEXT_MAX = 4096 };

static uint8_t bytes[2 * TEXT_MAX];

/* The first line of the input is the list of proxies; the rest are lines of a head. */
static size_t take_trust(const uint8_t *data, size_t size, struct http_trust *trust) {
    const uint8_t *end = memchr(data, '\n', size);
    const size_t line_size = end == NULL ? size : (size_t)(end - data);
    for (size_t begin = 0, i = 0; i <= line_size; i++) {
        if (i < line_size && data[i] != ' ') continue;
        (void)http_trust_add(trust, (struct span){data + begin, i - begin});
        begin = i + 1;
    }
    return end == NULL ? size : line_size + 1;
}

static bool read(const uint8_t *lines, size_t size, const char *last, struct http_head *head) {
    static const char start[] = "GET / HTTP/1.1\r\nHost: b\r\n";
    struct buffer out = buffer_over(bytes, sizeof bytes);
    buffer_put_text(&out, start);
    buffer_put(&out, (struct span){lines, size});
    buffer_put_text(&out, last);
    buffer_put_text(&out, "\r\n");
    const size_t head_size = http_head_size(buffer_span(&out));
    return head_size == out.size && http_head_read(bytes, head_size, head) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char last[] = "X-Forwarded-For: 203.0.113.9\r\n";
    struct http_trust trust = {0};
    struct http_head head;
    const struct address remotes[] = {{0},
                                      {.family = ADDRESS_IPV4, .ip = {10, 0, 0, 1}, .port = 1},
                                      {.family = ADDRESS_IPV6, .ip = {0x20, 1, 0xd, 0xb8}, .port = 1}};
    struct address named;
    if (size == 0 || size > TEXT_MAX) return 0;
    const size_t used = take_trust(data, size, &trust);
    must(address_read_ip(SPAN_LITERAL("203.0.113.9"), &named));
    for (size_t i = 0; i < sizeof remotes / sizeof remotes[0]; i++) {
        const bool is_listed = http_trust_has(&trust, &remotes[i]);
        if (!read(data + used, size - used, "", &head)) continue;
        const struct address client = http_forwarded_client(&trust, &remotes[i], &head);
        const bool is_secure = http_forwarded_is_secure(&trust, &remotes[i], &head);
        must(is_listed || (address_equal(&client, &remotes[i]) && !is_secure));
        if (!is_listed || http_trust_has(&trust, &named) || !read(data + used, size - used, last, &head)) continue;
        const struct address told = http_forwarded_client(&trust, &remotes[i], &head);
        must(address_equal(&told, &named));
    }
    return 0;
}
