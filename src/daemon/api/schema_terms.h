/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The words for types in defs/schemas.def and defs/parameters.def: each is a part of a struct schema_type. For the
 * files that read these tables, after all other headers. */

#include "daemon/api/schema.h"

#define TEXT               .kind = SCHEMA_KIND_TEXT
#define NODE_ID            .kind = SCHEMA_KIND_NODE_ID
#define FLAG               .kind = SCHEMA_KIND_FLAG
#define COUNT              .kind = SCHEMA_KIND_WHOLE
#define FINE_COUNT         .kind = SCHEMA_KIND_NUMBER
#define LEVEL              .kind = SCHEMA_KIND_WHOLE, .max = 2
#define PERCENT            .kind = SCHEMA_KIND_WHOLE, .max = 100
#define TIME               .kind = SCHEMA_KIND_WHOLE
#define MS                 .kind = SCHEMA_KIND_WHOLE
#define BYTES_PER_SECOND   .kind = SCHEMA_KIND_WHOLE
#define FINE_MS            .kind = SCHEMA_KIND_NUMBER
#define SHARE              .kind = SCHEMA_KIND_NUMBER, .max = 1
#define NOTHING            .kind = SCHEMA_KIND_NOTHING
#define WORDS(list)        .kind = SCHEMA_KIND_WORDS, .words = (list)
#define WORD_OF(NAME)      .kind = SCHEMA_KIND_WORD_OF, .vocabulary = VOCABULARY_##NAME
#define OBJECT(Name)       .kind = SCHEMA_KIND_OBJECT, .words = #Name
#define COUNTS_OF(NAME)    .kind = SCHEMA_KIND_COUNTS, .vocabulary = VOCABULARY_##NAME
#define CONTEXT            .kind = SCHEMA_KIND_CONTEXT
#define FOREIGN            .kind = SCHEMA_KIND_FOREIGN
#define NUMBER_CURSOR(top) .kind = SCHEMA_KIND_NUMBER_CURSOR, .max = (top)
#define EVENT_CURSOR       .kind = SCHEMA_KIND_EVENT_CURSOR
#define RECORD_CURSOR      .kind = SCHEMA_KIND_RECORD_CURSOR
#define WHOLE(low, top, usual)                                                                                         \
    .kind = SCHEMA_KIND_WHOLE, .min = (low), .max = (top), .otherwise = (usual), .has_otherwise = true
#define LIST(...)     .is_list = true, __VA_ARGS__
#define SERIES(...)   .is_list = true, .is_item_null = true, __VA_ARGS__
#define NEEDED(...)   .is_needed = true, __VA_ARGS__
#define OR_NULL(...)  .may_be_null = true, __VA_ARGS__
#define OPTIONAL(...) .is_optional = true, __VA_ARGS__
