/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What can be set, as a table: the one truth for the configuration file, the variables, the flags and the manual.
 * Owns: nothing.   Never: holds a value (config.h does). */

#include "base/bytes.h"

enum option_id {
#define OPTION(NAME, name, member, LIST, APPLY, group, fallback, shape, expected, does) OPTION_##NAME,
#include "options.def"
#undef OPTION
    OPTION_COUNT
};

/* How many values an option takes. */
enum {
#define OPTION(NAME, name, member, LIST, APPLY, group, fallback, shape, expected, does) OPTION_LIST_##NAME = (LIST),
#include "options.def"
#undef OPTION
};

enum option_apply { OPTION_APPLY_LIVE, OPTION_APPLY_RESTART };

struct option {
    const char *name; /* "beacon-rate-loopback" */
    size_t list_max;  /* 0 = a switch, 1 = a single value */
    enum option_apply apply;
    const char *group;
    const char *fallback; /* the default as one would write it; empty = not set */
    const char *shape;    /* "ADDR:PORT"; empty for a switch */
    const char *expected; /* behind "expected" */
    const char *does;
};

enum { OPTION_VARIABLE_MAX = 64 };

const struct option *option_at(enum option_id id);
bool option_find(struct span name, enum option_id *id);
/* The option whose name is a slip or two away from `name`; false when none is. */
bool option_nearest(struct span name, enum option_id *id);
bool option_group_exists(struct span name);
const char *option_groups(char *text, size_t capacity); /* "[node] [api] [beacon]" */
/* "SKEP_BEACON_RATE_LOOPBACK" */
const char *option_variable(enum option_id id, char text[OPTION_VARIABLE_MAX]);
