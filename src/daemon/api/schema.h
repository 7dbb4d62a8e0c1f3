/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the members of answers, bodies and queries are, in words of our own (defs/schemas.def, defs/parameters.def), and
 * how JSON Schema says the same.
 * Owns: nothing.   Never: checks an answer; the tests hold answers against it.   Spec: JSON Schema 2020-12. */

#include "base/json_writer.h"
#include "daemon/api/vocabulary.h"

enum schema_kind {
    SCHEMA_KIND_TEXT,
    SCHEMA_KIND_NODE_ID,
    SCHEMA_KIND_FLAG,
    SCHEMA_KIND_WHOLE, /* from `min` to `max` */
    SCHEMA_KIND_NUMBER,
    SCHEMA_KIND_NOTHING,
    SCHEMA_KIND_WORDS,   /* `words`, with blanks between */
    SCHEMA_KIND_WORD_OF, /* `vocabulary` */
    SCHEMA_KIND_OBJECT,  /* `words` is its name */
    SCHEMA_KIND_COUNTS,  /* an object of counts, named by the words of `vocabulary` */
    SCHEMA_KIND_CONTEXT, /* an event's fields */
    SCHEMA_KIND_FOREIGN, /* an object whose members are not ours to tell */
    SCHEMA_KIND_NUMBER_CURSOR,
    SCHEMA_KIND_EVENT_CURSOR,
    SCHEMA_KIND_RECORD_CURSOR,
};
struct schema_type {
    enum schema_kind kind;
    const char *words;
    enum vocabulary vocabulary;
    int64_t min, max;  /* max 0: none */
    int64_t otherwise; /* of a parameter that is not there */
    bool has_otherwise;
    bool is_list;
    bool is_item_null; /* or its items may be, which then are not known */
    bool is_needed;    /* of a parameter: a call without it is refused */
    bool may_be_null;
    bool is_optional;
};
/* As members of the object that the caller opened. */
void schema_write_type(struct json_writer *w, const struct schema_type *type);
/* A reference to a schema by its name, as such members. */
void schema_write_reference(struct json_writer *w, const char *name, bool may_be_null);
/* Every schema of defs/schemas.def, as members of the object that the caller opened. */
void schema_write_all(struct json_writer *w);
