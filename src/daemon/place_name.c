/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/place_name.h"

#include <string.h>

#include "base/number.h"

/* The colon before the port; those of an IPv6 address stand in brackets. */
static const uint8_t *find_colon(struct span text) {
    for (size_t i = text.size; i-- > 0 && text.at[i] != ']';)
        if (text.at[i] == ':') return text.at + i;
    return NULL;
}

static bool has_only_letters_of_hosts(struct span text, bool is_ipv6) {
    for (size_t i = 0; i < text.size; i++) {
        const uint8_t c = text.at[i];
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        const bool is_foreign = c >= 0x80 && !is_ipv6; /* a name in other letters: the system may know it */
        const char *const others = is_ipv6 ? ":.%" : "-._";
        if (!is_plain && !is_foreign && (c == '\0' || strchr(others, c) == NULL)) return false;
    }
    return text.size > 0;
}

static bool read_host(struct span text, char host[PLACE_HOST_MAX + 1]) {
    const bool begins = text.size > 0 && text.at[0] == '[', ends = text.size > 0 && text.at[text.size - 1] == ']';
    if (begins != ends) return false;
    if (begins && text.size > 1) text = (struct span){text.at + 1, text.size - 2};
    return has_only_letters_of_hosts(text, begins) && span_copy_text(text, host, PLACE_HOST_MAX + 1);
}

static bool read_port(struct span text, uint16_t *port) {
    uint32_t number;
    while (text.size > 1 && text.at[0] == '0') text = (struct span){text.at + 1, text.size - 1};
    if (!number_read_u32(text, UINT16_MAX, &number) || number == 0) return false;
    *port = (uint16_t)number;
    return true;
}

bool place_name_read(struct span text, uint16_t usual_port, struct place_name *place) {
    const uint8_t *const end = text.at + text.size, *const colon = find_colon(text);
    *place = (struct place_name){.port = usual_port};
    if (colon == NULL) return usual_port != 0 && read_host(text, place->host);
    const struct span host = {text.at, (size_t)(colon - text.at)}, port = {colon + 1, (size_t)(end - colon - 1)};
    return read_host(host, place->host) && read_port(port, &place->port);
}
