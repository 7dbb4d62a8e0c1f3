/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peer_name.h"

#include <string.h>

#include "base/number.h"

_Static_assert(sizeof((struct peer_name *)0)->host >= sizeof((struct engine_operator_peer *)0)->name,
               "the host of a name that fits fits too");

static bool read_id(struct span text, struct engine_operator_peer *named) {
    named->has_id = true;
    return node_id_read(text, &named->id);
}

static bool read_host(struct span text, struct peer_name *name) {
    bool begins = text.size > 0 && text.at[0] == '[';
    bool ends = text.size > 0 && text.at[text.size - 1] == ']';
    if (begins != ends) return false;
    if (begins && text.size > 1) text = (struct span){text.at + 1, text.size - 2};
    return text.size > 0 && span_copy_text(text, name->host, sizeof name->host);
}

static bool read_port(struct span text, uint16_t *port) {
    uint32_t number;
    while (text.size > 1 && text.at[0] == '0') text = (struct span){text.at + 1, text.size - 1};
    if (!number_read_u32(text, UINT16_MAX, &number) || number == 0) return false;
    *port = (uint16_t)number;
    return true;
}

bool peer_name_read(const char *text, struct peer_name *name) {
    *name = (struct peer_name){0};
    if (!span_copy_text(span_of_text(text), name->named.name, sizeof name->named.name)) return false;
    const char *at = strchr(text, '@');
    const char *host = at == NULL ? text : at + 1;
    const char *colon = strrchr(host, ':');
    if (colon == NULL) return false;
    if (at != NULL && !read_id((struct span){(const uint8_t *)text, (size_t)(at - text)}, &name->named)) return false;
    return read_host((struct span){(const uint8_t *)host, (size_t)(colon - host)}, name) &&
           read_port(span_of_text(colon + 1), &name->port);
}
