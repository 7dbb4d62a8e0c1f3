/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a query, as forms write them: name=value&name=value, %XX for any byte, + for a space. */
#include "base/bytes.h"
#include "daemon/http/http.h"
#include "daemon/http/state.h"

static int hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* The next byte that `text` stands for; -1 at its end or where it is damaged. */
static int decode_byte(struct span *text) {
    if (text->size == 0) return -1;
    size_t used = 1;
    int byte = text->at[0] == '+' ? ' ' : text->at[0];
    if (byte == '%') {
        int high = text->size < 3 ? -1 : hex_digit(text->at[1]), low = text->size < 3 ? -1 : hex_digit(text->at[2]);
        if (high < 0 || low < 0) return -1;
        byte = high << 4 | low;
        used = 3;
    }
    *text = (struct span){text->at + used, text->size - used};
    return byte;
}

static bool decodes_to(struct span text, const char *wanted) {
    for (; *wanted != '\0'; wanted++)
        if (decode_byte(&text) != (uint8_t)*wanted) return false;
    return text.size == 0;
}

static struct span take_member(struct span *query) {
    size_t size = 0;
    while (size < query->size && query->at[size] != '&') size++;
    struct span member = {query->at, size};
    size_t used = size < query->size ? size + 1 : size;
    *query = (struct span){query->at + used, query->size - used};
    return member;
}

static bool decode_into(struct span text, struct buffer *out) {
    struct buffer before = *out;
    while (text.size > 0 && !out->overflowed) {
        int byte = decode_byte(&text);
        if (byte < 0) break;
        buffer_put_u8(out, (uint8_t)byte);
    }
    if (text.size == 0 && !out->overflowed) return true;
    *out = before;
    return false;
}

/* The text after "name=" of the first member of that name. */
static bool find_member(struct span query, const char *name, struct span *value) {
    while (query.size > 0) {
        struct span member = take_member(&query);
        size_t name_size = 0;
        while (name_size < member.size && member.at[name_size] != '=') name_size++;
        if (!decodes_to((struct span){member.at, name_size}, name)) continue;
        size_t skip = name_size < member.size ? name_size + 1 : name_size;
        *value = (struct span){member.at + skip, member.size - skip};
        return true;
    }
    return false;
}

bool http_has_query(const struct http_exchange *exchange, const char *name) {
    struct span value;
    return find_member(exchange->head->query, name, &value);
}

bool http_query(const struct http_exchange *exchange, const char *name, struct buffer *out) {
    struct span value;
    return find_member(exchange->head->query, name, &value) && decode_into(value, out);
}
