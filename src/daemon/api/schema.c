/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/schema.h"

#include <stdio.h>
#include <string.h>

#include "daemon/api/schema_terms.h"

/* A row begins a schema (`schema`) or is a member of the one begun last (`member`). */
struct row {
    const char *schema;
    const char *member;
    struct schema_type type;
    const char *text;
};
static const struct row rows[] = {
#define SCHEMA(Name, text_)         {.schema = #Name, .text = (text_)},
#define MEMBER(name_, TYPE_, text_) {.member = (name_), .type = {TYPE_}, .text = (text_)},
#include "schemas.def"
#undef SCHEMA
#undef MEMBER
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* ---- Types ---- */

static void write_kind(struct json_writer *w, const char *word, bool may_be_null) {
    if (!may_be_null) {
        json_put_text(w, "type", word);
        return;
    }
    json_open_array(w, "type");
    json_put_text(w, NULL, word);
    json_put_text(w, NULL, "null");
    json_close_array(w);
}

static void write_words(struct json_writer *w, const char *list) {
    while (*list != '\0') {
        size_t size = strcspn(list, " ");
        json_put_span(w, NULL, (struct span){(const uint8_t *)list, size});
        list += size + (list[size] == ' ');
    }
}

static void write_vocabulary(struct json_writer *w, enum vocabulary vocabulary) {
    for (int i = 0; i < vocabulary_end(vocabulary); i++) {
        const char *word = vocabulary_word(vocabulary, i);
        if (word != NULL) json_put_text(w, NULL, word);
    }
}

static void write_choice(struct json_writer *w, const struct schema_type *type) {
    write_kind(w, "string", type->may_be_null);
    json_open_array(w, "enum");
    if (type->kind == SCHEMA_KIND_WORDS) {
        write_words(w, type->words);
    } else {
        write_vocabulary(w, type->vocabulary);
    }
    if (type->may_be_null) json_put_null(w, NULL);
    json_close_array(w);
}

static void write_bounds(struct json_writer *w, const struct schema_type *type) {
    json_put_integer(w, "minimum", type->min);
    if (type->max != 0) json_put_integer(w, "maximum", type->max);
    if (type->has_otherwise) json_put_integer(w, "default", type->otherwise);
}

static void write_whole(struct json_writer *w, const struct schema_type *type) {
    write_kind(w, "integer", type->may_be_null);
    json_put_text(w, "format", "int64");
    write_bounds(w, type);
}

static void write_pattern(struct json_writer *w, const struct schema_type *type, const char *pattern) {
    write_kind(w, "string", type->may_be_null);
    json_put_text(w, "pattern", pattern);
}

static void write_counts(struct json_writer *w, const struct schema_type *type) {
    json_put_text(w, "type", "object");
    json_open_object(w, "propertyNames");
    json_open_array(w, "enum");
    write_vocabulary(w, type->vocabulary);
    json_close_array(w);
    json_close_object(w);
    json_open_object(w, "additionalProperties");
    schema_write_type(w, &(struct schema_type){COUNT});
    json_close_object(w);
}

/* ---- The context of events: every field that some event has ---- */

static const struct context_field {
    const char *name;
    bool is_figure;
} context_fields[] = {
    {"nodeId", false},
    {"address", false},
    {"reason", false},
#define EVENT(NAME, code, LEVEL, source, sentence, figure_0, figure_1, text)                                           \
    {figure_0, true}, {figure_1, true}, {text, false},
#include "events.def"
#undef EVENT
};

static bool is_field_new(size_t index) {
    if (context_fields[index].name[0] == '\0') return false;
    for (size_t i = 0; i < index; i++)
        if (strcmp(context_fields[i].name, context_fields[index].name) == 0) return false;
    return true;
}

static void write_context(struct json_writer *w) {
    json_put_text(w, "type", "object");
    json_open_object(w, "properties");
    for (size_t i = 0; i < sizeof context_fields / sizeof context_fields[0]; i++) {
        if (!is_field_new(i)) continue;
        json_open_object(w, context_fields[i].name);
        json_put_text(w, "type", context_fields[i].is_figure ? "integer" : "string");
        json_close_object(w);
    }
    json_close_object(w);
}

/* ---- All types ---- */

void schema_write_reference(struct json_writer *w, const char *name, bool may_be_null) {
    char reference[80];
    (void)snprintf(reference, sizeof reference, "#/components/schemas/%s", name);
    if (!may_be_null) {
        json_put_text(w, "$ref", reference);
        return;
    }
    json_open_array(w, "anyOf");
    json_open_object(w, NULL);
    json_put_text(w, "$ref", reference);
    json_close_object(w);
    json_open_object(w, NULL);
    json_put_text(w, "type", "null");
    json_close_object(w);
    json_close_array(w);
}

static void write_one(struct json_writer *w, const struct schema_type *type) {
    switch (type->kind) {
    case SCHEMA_KIND_TEXT: write_kind(w, "string", type->may_be_null); break;
    case SCHEMA_KIND_NODE_ID: write_pattern(w, type, "^[a-z2-7]{32}$"); break;
    case SCHEMA_KIND_FLAG: write_kind(w, "boolean", type->may_be_null); break;
    case SCHEMA_KIND_WHOLE: write_whole(w, type); break;
    case SCHEMA_KIND_NUMBER:
        write_kind(w, "number", type->may_be_null);
        write_bounds(w, type);
        break;
    case SCHEMA_KIND_NOTHING: json_put_text(w, "type", "null"); break;
    case SCHEMA_KIND_WORDS:
    case SCHEMA_KIND_WORD_OF: write_choice(w, type); break;
    case SCHEMA_KIND_OBJECT: schema_write_reference(w, type->words, type->may_be_null); break;
    case SCHEMA_KIND_COUNTS: write_counts(w, type); break;
    case SCHEMA_KIND_CONTEXT: write_context(w); break;
    case SCHEMA_KIND_FOREIGN: json_put_text(w, "type", "object"); break;
    case SCHEMA_KIND_NUMBER_CURSOR: write_pattern(w, type, "^[0-9]+$"); break;
    case SCHEMA_KIND_EVENT_CURSOR: write_pattern(w, type, "^[0-9]+-[0-9]+$"); break;
    case SCHEMA_KIND_RECORD_CURSOR: write_pattern(w, type, "^[0-9]+-[0-9a-f]{64}$"); break;
    }
}

void schema_write_type(struct json_writer *w, const struct schema_type *type) {
    struct schema_type item = *type;
    if (!type->is_list) {
        write_one(w, type);
        return;
    }
    item.may_be_null = type->is_item_null; /* what is in it may be, apart from the list */
    write_kind(w, "array", type->may_be_null);
    json_open_object(w, "items");
    write_one(w, &item);
    json_close_object(w);
}

/* ---- Schemas ---- */

static void write_text(struct json_writer *w, const char *text) {
    if (text[0] != '\0') json_put_text(w, "description", text);
}

static void write_properties(struct json_writer *w, const struct row *first, const struct row *end) {
    json_open_object(w, "properties");
    for (const struct row *row = first; row < end; row++) {
        json_open_object(w, row->member);
        schema_write_type(w, &row->type);
        write_text(w, row->text);
        json_close_object(w);
    }
    json_close_object(w);
}

static void write_required(struct json_writer *w, const struct row *first, const struct row *end) {
    json_open_array(w, "required");
    for (const struct row *row = first; row < end; row++)
        if (!row->type.is_optional) json_put_text(w, NULL, row->member);
    json_close_array(w);
}

void schema_write_all(struct json_writer *w) {
    const struct row *end = rows + ROW_COUNT;
    for (const struct row *schema = rows, *next; schema < end; schema = next) {
        for (next = schema + 1; next < end && next->schema == NULL;) next++;
        json_open_object(w, schema->schema);
        json_put_text(w, "type", "object");
        write_text(w, schema->text);
        write_properties(w, schema + 1, next);
        write_required(w, schema + 1, next);
        json_close_object(w);
    }
}
