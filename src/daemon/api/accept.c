/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/accept.h"

enum { WEIGHT_MAX = 1000 };
/* How closely a range fits, from far to near. */
enum fit { FIT_NOT, FIT_ANYTHING, FIT_TYPE, FIT_SUBTYPE, FIT_VERSION };

/* Up to `mark`, but for those that stand in quotes. */
static struct span take_item(struct span *rest, char mark) {
    struct span item = {rest->at, 0};
    bool is_quoted = false;
    while (item.size < rest->size && (is_quoted || rest->at[item.size] != (uint8_t)mark)) {
        if (is_quoted && rest->at[item.size] == '\\' && item.size + 1 < rest->size)
            item.size++;
        else if (rest->at[item.size] == '"')
            is_quoted = !is_quoted;
        item.size++;
    }
    size_t used = item.size < rest->size ? item.size + 1 : item.size;
    if (used > 0) *rest = (struct span){rest->at + used, rest->size - used};
    return span_trimmed(item);
}

static struct span without_quotes(struct span value) {
    bool is_quoted = value.size >= 2 && value.at[0] == '"' && value.at[value.size - 1] == '"';
    return is_quoted ? (struct span){value.at + 1, value.size - 2} : value;
}

/* "0", "0.75", "1.000"; -1 = it is no weight. */
static int weight_read(struct span text) {
    if (text.size == 0 || text.size > 5 || text.at[0] < '0' || text.at[0] > '1') return -1;
    if (text.size > 1 && text.at[1] != '.') return -1;
    int weight = (text.at[0] - '0') * WEIGHT_MAX;
    int worth = WEIGHT_MAX / 10;
    for (size_t i = 2; i < text.size; i++, worth /= 10) {
        if (text.at[i] < '0' || text.at[i] > '9') return -1;
        weight += (text.at[i] - '0') * worth;
    }
    return weight <= WEIGHT_MAX ? weight : -1;
}

static enum fit fit_of_type(struct span range, const struct accept_kind *kind) {
    struct span type = span_trimmed(span_take_until(&range, '/'));
    struct span subtype = span_trimmed(range);
    bool is_any_subtype = span_equal_text(subtype, "*");
    if (span_equal_text(type, "*")) return is_any_subtype ? FIT_ANYTHING : FIT_NOT;
    if (!span_equal_ignoring_case(type, span_of_text(kind->type))) return FIT_NOT;
    if (is_any_subtype) return FIT_TYPE;
    return span_equal_ignoring_case(subtype, span_of_text(kind->subtype)) ? FIT_SUBTYPE : FIT_NOT;
}

/* One range with its parameters: how closely it fits, and how much it is worth. */
static enum fit range_read(struct span range, const struct accept_kind *kind, int *weight) {
    enum fit fit = fit_of_type(take_item(&range, ';'), kind);
    *weight = WEIGHT_MAX;
    while (range.size > 0 && fit != FIT_NOT) {
        struct span value = take_item(&range, ';');
        struct span name = span_trimmed(span_take_until(&value, '='));
        value = without_quotes(span_trimmed(value));
        if (span_equal_ignoring_case(name, SPAN_LITERAL("q"))) {
            *weight = weight_read(value);
            if (*weight < 0) fit = FIT_NOT;
        } else if (span_equal_ignoring_case(name, SPAN_LITERAL("version"))) {
            fit = span_equal_text(value, kind->version) ? FIT_VERSION : FIT_NOT;
        }
    }
    return fit;
}

int accept_weight(struct span header, const struct accept_kind *kind) {
    enum fit best = FIT_NOT;
    int weight_of_best = 0;
    if (span_trimmed(header).size == 0) return WEIGHT_MAX;
    while (header.size > 0) {
        int weight;
        enum fit fit = range_read(take_item(&header, ','), kind, &weight);
        if (fit == FIT_NOT || fit < best) continue;
        if (fit > best || weight > weight_of_best) weight_of_best = weight;
        best = fit;
    }
    return weight_of_best;
}
