/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/header_list.h"

struct span header_list_take(struct span *list) {
    return span_trimmed(span_take_until(list, ','));
}

bool header_list_has_tag(struct span if_none_match, const char *tag) {
    while (if_none_match.size > 0) {
        struct span item = header_list_take(&if_none_match);
        if (span_starts_with(item, SPAN_LITERAL("W/"))) item = (struct span){item.at + 2, item.size - 2};
        if (span_equal_text(item, tag) || span_equal_text(item, "*")) return true;
    }
    return false;
}
