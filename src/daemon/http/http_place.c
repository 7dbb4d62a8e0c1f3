/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_place.h"

#include <stdio.h>
#include <sys/un.h>

_Static_assert(HTTP_PLACE_PATH_MAX + 1 == sizeof((struct sockaddr_un *)0)->sun_path, "a path fits, with its NUL");
_Static_assert((int)HTTP_PLACE_TEXT_MAX >= (int)ADDRESS_TEXT_MAX, "an address fits");

static bool is_path(struct span text) {
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] < ' ' || text.at[i] == 0x7f) return false;
    return text.size > 1 && text.at[0] == '/' && text.at[text.size - 1] != '/';
}

bool http_place_read(struct span text, struct http_place *place) {
    const struct span mark = SPAN_LITERAL("unix:");
    struct http_place read = {0};
    if (span_starts_with(text, mark)) {
        const struct span path = {text.at + mark.size, text.size - mark.size};
        if (!is_path(path) || !span_copy_text(path, read.path, sizeof read.path)) return false;
    } else if (!address_read(text, &read.address)) {
        return false;
    }
    *place = read;
    return true;
}

const char *http_place_text(const struct http_place *place, char text[HTTP_PLACE_TEXT_MAX]) {
    if (!http_place_is_unix(place)) return address_text(&place->address, text);
    (void)snprintf(text, HTTP_PLACE_TEXT_MAX, "unix:%s", place->path);
    return text;
}

bool http_place_is_unix(const struct http_place *place) {
    return place->path[0] != '\0';
}
