/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/query.h"

#include "base/number.h"
#include "daemon/api/look.h"

#include <string.h>

#include "daemon/api/schema_terms.h"

const struct parameter_row parameter_rows[PARAMETER_COUNT] = {
#define PARAMETER(NAME, route, name, TYPE_, text) [PARAMETER_##NAME] = {#route, name, {TYPE_}, text},
#include "parameters.def"
#undef PARAMETER
};

enum { VALUE_SIZE_MAX = 64, WORDS_TOLD_MAX = 16 };

struct query query_of(const struct http_exchange *exchange) {
    return (struct query){exchange, PARAMETER_COUNT};
}

static void is_wrong(struct query *query, enum parameter parameter) {
    if (query->wrong == PARAMETER_COUNT) query->wrong = parameter;
}

/* False: there is none, or none that can be read. */
static bool take(struct query *query, enum parameter parameter, struct buffer *value) {
    const char *name = parameter_rows[parameter].name;
    if (http_query(query->exchange, name, value)) return true;
    if (http_has_query(query->exchange, name) || parameter_rows[parameter].type.is_needed) is_wrong(query, parameter);
    return false;
}

uint64_t query_whole(struct query *query, enum parameter parameter) {
    const struct schema_type *type = &parameter_rows[parameter].type;
    uint8_t memory[VALUE_SIZE_MAX];
    struct buffer value = buffer_over(memory, sizeof memory);
    int64_t number;
    if (!take(query, parameter, &value)) return (uint64_t)type->otherwise;
    if (number_read_i64(buffer_span(&value), &number) && number >= type->min && number <= type->max)
        return (uint64_t)number;
    is_wrong(query, parameter);
    return (uint64_t)type->otherwise;
}

bool query_word(struct query *query, enum parameter parameter, int *value) {
    uint8_t memory[VALUE_SIZE_MAX];
    struct buffer word = buffer_over(memory, sizeof memory);
    if (!take(query, parameter, &word)) return false;
    if (vocabulary_read(parameter_rows[parameter].type.vocabulary, buffer_span(&word), value)) return true;
    is_wrong(query, parameter);
    return false;
}

bool query_flag(struct query *query, enum parameter parameter) {
    uint8_t memory[VALUE_SIZE_MAX];
    struct buffer value = buffer_over(memory, sizeof memory);
    if (!take(query, parameter, &value)) return false;
    const bool is_true = span_equal_text(buffer_span(&value), "true");
    if (!is_true && !span_equal_text(buffer_span(&value), "false")) is_wrong(query, parameter);
    return is_true;
}

uint64_t query_event(struct query *query, enum parameter parameter) {
    uint8_t memory[VALUE_SIZE_MAX];
    struct buffer value = buffer_over(memory, sizeof memory);
    int64_t number;
    if (!take(query, parameter, &value)) return 0;
    struct span id = buffer_span(&value);
    const uint8_t *dash = id.size == 0 ? NULL : memchr(id.at, '-', id.size);
    struct span digits = dash == NULL ? SPAN_NONE : (struct span){dash + 1, id.size - (size_t)(dash + 1 - id.at)};
    if (number_read_i64(digits, &number) && number > 0) return (uint64_t)number;
    is_wrong(query, parameter);
    return 0;
}

/* ---- What it should have been ---- */

static void put_words(struct buffer *out, enum vocabulary vocabulary) {
    const char *between = "";
    for (int i = 0; i < vocabulary_end(vocabulary); i++) {
        const char *word = vocabulary_word(vocabulary, i);
        if (word == NULL) continue;
        buffer_put_text(out, between);
        buffer_put_text(out, word);
        between = ", ";
    }
}

static void put_choice(struct buffer *out, enum vocabulary vocabulary) {
    if (vocabulary_end(vocabulary) > WORDS_TOLD_MAX) {
        buffer_put_text(out, "a word that this list knows; /api/v1/openapi.json has them all");
    } else {
        buffer_put_text(out, "one of ");
        put_words(out, vocabulary);
    }
}

void query_write_demand(struct buffer *out, enum parameter parameter) {
    const struct parameter_row *row = &parameter_rows[parameter];
    buffer_put_text(out, row->name);
    buffer_put_text(out, " must be ");
    if (row->type.kind == SCHEMA_KIND_WHOLE) {
        buffer_put_text(out, "a whole number from ");
        buffer_put_decimal(out, row->type.min);
        buffer_put_text(out, " to ");
        buffer_put_decimal(out, row->type.max);
    } else if (row->type.kind == SCHEMA_KIND_WORD_OF) {
        put_choice(out, row->type.vocabulary);
    } else if (row->type.kind == SCHEMA_KIND_FLAG) {
        buffer_put_text(out, "true or false");
    } else {
        buffer_put_text(out, "the `next` of the page before");
    }
    buffer_put_text(out, ".");
}
