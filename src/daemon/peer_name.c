/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peer_name.h"

#include <string.h>

_Static_assert(PLACE_HOST_MAX + 1 >= sizeof((struct engine_operator_peer *)0)->name,
               "the host of a name that fits fits too");

static bool read_id(struct span text, struct engine_operator_peer *named) {
    named->has_id = true;
    return node_id_read(text, &named->id);
}

bool peer_name_read(const char *text, struct peer_name *name) {
    *name = (struct peer_name){0};
    if (!span_copy_text(span_of_text(text), name->named.name, sizeof name->named.name)) return false;
    const char *at = strchr(text, '@');
    if (at != NULL && !read_id((struct span){(const uint8_t *)text, (size_t)(at - text)}, &name->named)) return false;
    return place_name_read(span_of_text(at == NULL ? text : at + 1), 0, &name->place);
}
