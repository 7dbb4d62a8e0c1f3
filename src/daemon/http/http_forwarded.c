/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_forwarded.h"

#include <string.h>
#include <strings.h>

bool http_trust_add(struct http_trust *trust, struct span word) {
    const bool is_unix = span_equal_text(word, "unix");
    trust->has_unix = trust->has_unix || is_unix;
    if (is_unix || trust->range_count == HTTP_TRUST_RANGES_MAX) return is_unix;
    if (!address_range_read(word, &trust->ranges[trust->range_count])) return false;
    trust->range_count++;
    return true;
}

bool http_trust_has(const struct http_trust *trust, const struct address *hop) {
    if (hop->family == ADDRESS_NONE) return trust->has_unix;
    for (size_t i = 0; i < trust->range_count; i++)
        if (address_range_has(&trust->ranges[i], hop)) return true;
    return false;
}

static bool is_blank(uint8_t byte) {
    return byte == ' ' || byte == '\t';
}

/* Cuts the last member off a list with commas, without the blanks around it. */
static struct span take_last(struct span *list) {
    size_t begin = list->size;
    while (begin > 0 && list->at[begin - 1] != ',') begin--;
    struct span member = {list->at + begin, list->size - begin};
    list->size = begin > 0 ? begin - 1 : 0;
    while (member.size > 0 && is_blank(member.at[0])) member = (struct span){member.at + 1, member.size - 1};
    while (member.size > 0 && is_blank(member.at[member.size - 1])) member.size--;
    return member;
}

/* "192.0.2.1", "2001:db8::1", either with a port or in brackets. The port is of no use to anybody. */
static bool read_hop(struct span text, struct address *hop) {
    const bool is_bracketed = text.size > 2 && text.at[0] == '[' && text.at[text.size - 1] == ']';
    if (is_bracketed) {
        text = (struct span){text.at + 1, text.size - 2};
        if (memchr(text.at, ':', text.size) == NULL) return false;
    }
    if (!address_read_ip(text, hop) && (is_bracketed || !address_read(text, hop))) return false;
    hop->port = 0;
    return true;
}

struct address http_forwarded_client(const struct http_trust *trust, const struct address *remote,
                                     const struct http_head *head) {
    struct address client = *remote;
    if (!http_trust_has(trust, remote)) return client;
    for (size_t i = head->line_count; i > 0; i--) {
        struct span list = head->lines[i - 1].value;
        if (!span_equal_text(head->lines[i - 1].name, "x-forwarded-for")) continue;
        do {
            struct address hop;
            if (!read_hop(take_last(&list), &hop)) return client;
            client = hop;
            if (!http_trust_has(trust, &hop)) return client;
        } while (list.size > 0);
    }
    return client;
}

bool http_forwarded_is_secure(const struct http_trust *trust, const struct address *remote,
                              const struct http_head *head) {
    if (!http_trust_has(trust, remote)) return false;
    for (size_t i = head->line_count; i > 0; i--) {
        struct span list = head->lines[i - 1].value;
        if (!span_equal_text(head->lines[i - 1].name, "x-forwarded-proto")) continue;
        const struct span said = take_last(&list);
        return said.size == 5 && strncasecmp((const char *)said.at, "https", 5) == 0;
    }
    return false;
}
