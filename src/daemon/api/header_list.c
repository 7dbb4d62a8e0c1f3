/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/header_list.h"

#include <string.h>

struct span header_list_take(struct span *list) {
    const uint8_t *comma = list->size == 0 ? NULL : memchr(list->at, ',', list->size);
    struct span item = {list->at, comma == NULL ? list->size : (size_t)(comma - list->at)};
    size_t used = comma == NULL ? item.size : item.size + 1;
    *list = (struct span){list->at + used, list->size - used};
    while (item.size > 0 && item.at[0] == ' ') item = (struct span){item.at + 1, item.size - 1};
    while (item.size > 0 && item.at[item.size - 1] == ' ') item.size--;
    return item;
}

bool header_list_has_tag(struct span if_none_match, const char *tag) {
    while (if_none_match.size > 0) {
        struct span item = header_list_take(&if_none_match);
        if (span_starts_with(item, SPAN_LITERAL("W/"))) item = (struct span){item.at + 2, item.size - 2};
        if (span_equal_text(item, tag) || span_equal_text(item, "*")) return true;
    }
    return false;
}
