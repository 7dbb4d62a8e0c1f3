/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The members of a JSON message, read one after another; the first that is missing or of another form is the refusal
 * of the whole message.
 * Owns: nothing.   Never: coerces a type, minds unknown members.   Spec: WIRE W8. */

#include "base/address.h"
#include "base/json.h"
#include "swarm/reason.h"
#include "swarm/refusal.h"

struct members {
    const struct json_value *object;
    enum refusal refusal; /* the first; check once, at the end */
};

struct members members_of(const struct json_value *object); /* one that is there already */
/* Parses a body of types 01..3f: one JSON object, in wire mode. */
struct members members_read(struct span body, struct arena *arena);
bool members_has(const struct members *m, const char *name); /* present and not null */
int64_t members_integer(struct members *m, const char *name, int64_t min, int64_t max);
int64_t members_known_integer(struct members *m, const char *name, int64_t max);       /* 0..max; null = negative */
void members_text(struct members *m, const char *name, char *text, size_t size_max);   /* text has size_max + 1 bytes */
void members_hex(struct members *m, const char *name, uint8_t *bytes, size_t size);    /* lower-case, exact */
void members_base64(struct members *m, const char *name, uint8_t *bytes, size_t size); /* strict, exact */
enum reason members_reason(struct members *m, const char *name); /* NONE: empty; INTERNAL: a word we do not know */
bool members_boolean(struct members *m, const char *name);
const struct json_value *members_array(struct members *m, const char *name, size_t count_max); /* NULL = refused */
const struct json_value *members_object(struct members *m, const char *name);
void members_refuse(struct members *m, enum refusal refusal); /* keeps the first */
