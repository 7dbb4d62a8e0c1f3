/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The test vectors: JSON files whose cases our code must reproduce. They are looked for in the folder that the
 * environment variable SKEP_VECTORS names, else in tests/vectors.
 * Owns: the text and its tree, from open to close.   Full: a file that is missing or damaged fails the test. */

#include "base/json.h"

struct vectors {
    const struct json_value *tree; /* read as CANON; borrowed until closed */
    void *text;
    void *arena_memory;
};

struct vectors vectors_open(const char *name); /* "canonical_json", without folder and ending */
void vectors_close(struct vectors *v);

/* What a case must have: a test fails, naming the member, when it is absent or of another type. */
const struct json_value *vectors_member(const struct json_value *object, const char *name);
const struct json_value *vectors_array(const struct json_value *object, const char *name);
struct span vectors_string(const struct json_value *object, const char *name);
int64_t vectors_integer(const struct json_value *object, const char *name);
bool vectors_boolean(const struct json_value *object, const char *name);
