/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/webrtc/ice_candidate.h"

#include <stdint.h>

#include "base/must.h"
#include "base/number.h"

static const char *const kinds[] = {"host", "srflx", "prflx", "relay"};
enum { KIND_COUNT = sizeof kinds / sizeof kinds[0], COMPONENT_MAX = 256, NAME_MAX_SIZE = 253 /* of DNS */ };

const char *ice_candidate_kind_name(enum ice_candidate_kind kind) {
    return kinds[kind];
}

static bool is_alphanumeric(uint8_t byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_foundation(struct span word) {
    if (word.size == 0 || word.size > ICE_FOUNDATION_MAX) return false;
    for (size_t i = 0; i < word.size; i++)
        if (!is_alphanumeric(word.at[i]) && word.at[i] != '+' && word.at[i] != '/') return false;
    return true;
}

static bool is_host_name(struct span word) {
    if (word.size == 0 || word.size > NAME_MAX_SIZE) return false;
    for (size_t i = 0; i < word.size; i++)
        if (!is_alphanumeric(word.at[i]) && word.at[i] != '-' && word.at[i] != '.') return false;
    return true;
}

static bool is_printable(struct span line) {
    for (size_t i = 0; i < line.size; i++)
        if (line.at[i] < ' ' || line.at[i] > '~') return false;
    return true;
}

static struct span without_end(struct span line) {
    while (line.size > 0 && (line.at[line.size - 1] == '\n' || line.at[line.size - 1] == '\r')) line.size--;
    return line;
}

static bool take_prefix(struct span *line, struct span prefix) {
    if (!span_starts_with(*line, prefix)) return false;
    *line = (struct span){line->at + prefix.size, line->size - prefix.size};
    return true;
}

/* Words stand apart by one blank, as RFC 8839 writes it. */
static struct span take_word(struct span *rest) {
    return span_take_until(rest, ' ');
}

static bool read_number(struct span word, uint32_t low, uint32_t high, uint32_t *value) {
    return number_read_u32(word, high, value) && *value >= low;
}

/* An address, or a name that stands for one: then the family stays ADDRESS_NONE. */
static bool read_host(struct span word, struct address *address) {
    *address = (struct address){0};
    if (address_read_ip(word, address)) return true;
    *address = (struct address){0};
    return is_host_name(word);
}

static bool read_kind(struct span word, enum ice_candidate_kind *kind) {
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (!span_equal_text(word, kinds[i])) continue;
        *kind = (enum ice_candidate_kind)i;
        return true;
    }
    return false;
}

/* Pairs of a name and a value; of them we know the related address. A wrong one is only of no use. */
static void read_extensions(struct span rest, struct address *related) {
    struct address address = {0};
    uint32_t port = 0;
    while (rest.size > 0) {
        const struct span name = take_word(&rest), value = take_word(&rest);
        if (span_equal_text(name, "raddr") && !read_host(value, &address)) address = (struct address){0};
        if (span_equal_text(name, "rport") && !read_number(value, 0, UINT16_MAX, &port)) port = 0;
    }
    *related = address;
    if (address.family != ADDRESS_NONE) related->port = (uint16_t)port;
}

enum refusal ice_candidate_read(struct span line, struct ice_candidate *candidate) {
    uint32_t component, port, priority;
    *candidate = (struct ice_candidate){0};
    if (line.size > ICE_CANDIDATE_LINE_MAX) return REFUSAL_CANDIDATE_SIZE;
    struct span rest = without_end(line);
    (void)take_prefix(&rest, SPAN_LITERAL("a="));
    if (!is_printable(rest) || !take_prefix(&rest, SPAN_LITERAL("candidate:"))) return REFUSAL_CANDIDATE_SYNTAX;
    const struct span foundation = take_word(&rest);
    if (!is_foundation(foundation)) return REFUSAL_CANDIDATE_SYNTAX;
    must(span_copy_text(foundation, candidate->foundation, sizeof candidate->foundation));
    if (!read_number(take_word(&rest), 1, COMPONENT_MAX, &component)) return REFUSAL_CANDIDATE_NUMBER;
    const struct span transport = take_word(&rest);
    if (transport.size == 0) return REFUSAL_CANDIDATE_SYNTAX;
    candidate->is_udp = span_equal_ignoring_case(transport, SPAN_LITERAL("udp"));
    if (!read_number(take_word(&rest), 1, UINT32_MAX, &priority)) return REFUSAL_CANDIDATE_NUMBER;
    if (!read_host(take_word(&rest), &candidate->address)) return REFUSAL_CANDIDATE_ADDRESS;
    if (!read_number(take_word(&rest), 0, UINT16_MAX, &port)) return REFUSAL_CANDIDATE_NUMBER;
    if (!span_equal_text(take_word(&rest), "typ")) return REFUSAL_CANDIDATE_SYNTAX;
    if (!read_kind(take_word(&rest), &candidate->kind)) return REFUSAL_CANDIDATE_TYPE;
    candidate->component = (uint16_t)component;
    candidate->priority = priority;
    if (candidate->address.family != ADDRESS_NONE) candidate->address.port = (uint16_t)port;
    if (candidate->kind != ICE_CANDIDATE_HOST) read_extensions(rest, &candidate->related); /* that one has none */
    return REFUSAL_NONE;
}

bool ice_candidate_is_usable(const struct ice_candidate *candidate) {
    if (!candidate->is_udp || candidate->component != 1 || candidate->address.port == 0) return false;
    switch (address_scope(&candidate->address)) {
    case ADDRESS_SCOPE_UNSPECIFIED:
    case ADDRESS_SCOPE_MULTICAST:
    case ADDRESS_SCOPE_BROADCAST: return false;
    case ADDRESS_SCOPE_LINK_LOCAL:
    case ADDRESS_SCOPE_LOOPBACK:
    case ADDRESS_SCOPE_PRIVATE:
    case ADDRESS_SCOPE_GLOBAL: return candidate->address.family != ADDRESS_NONE;
    }
    return false;
}

static void put_address(struct buffer *out, const struct address *address, const char *between) {
    address_write_ip(out, address);
    buffer_put_text(out, between);
    buffer_put_decimal(out, address->port);
}

void ice_candidate_write(const struct ice_candidate *candidate, char text[ICE_CANDIDATE_TEXT_MAX]) {
    struct buffer out = buffer_over((uint8_t *)text, ICE_CANDIDATE_TEXT_MAX);
    must(candidate->address.family != ADDRESS_NONE);
    buffer_put_text(&out, "candidate:");
    buffer_put_text(&out, candidate->foundation);
    buffer_put_u8(&out, ' ');
    buffer_put_decimal(&out, candidate->component);
    buffer_put_text(&out, candidate->is_udp ? " udp " : " tcp ");
    buffer_put_decimal(&out, candidate->priority);
    buffer_put_u8(&out, ' ');
    put_address(&out, &candidate->address, " ");
    buffer_put_text(&out, " typ ");
    buffer_put_text(&out, kinds[candidate->kind]);
    if (candidate->related.family != ADDRESS_NONE) {
        buffer_put_text(&out, " raddr ");
        put_address(&out, &candidate->related, " rport ");
    }
    buffer_put_u8(&out, '\0');
    must(!out.overflowed);
}
