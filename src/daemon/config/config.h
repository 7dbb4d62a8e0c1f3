/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The configuration: a file, SKEP_* variables and flags, brought together. For each option the flag counts, else the
 * variable, else the file, else the default; a list is taken whole from one of them.
 *
 *   flags        --log debug                      +
 *   variables    SKEP_BEACON="http://a, http://b" | --> values, each with its origin --> settings
 *   file         log = info                       +                  \--> mistakes, all of them, each with its place
 *
 * Owns: the texts of all values, and the settings made of them.
 * Never: writes the file, acts on a value, stops at the first mistake, reads a file that is not one.
 * Full: a file over CONFIG_FILE_MAX, a list over its option's length, more than VALUES_MAX values are mistakes.
 * Spec: CONTRACT 4. */

#include "daemon/config/settings.h"
#include "daemon/config/values.h"

enum { CONFIG_FILE_MAX = 262144 };

/* What was said on the command line. Texts are borrowed for as long as the source is used. */
struct config_flag {
    enum option_id option;
    const char *text;
};
struct config_source {
    const char *file; /* --config: a path, or "none"; NULL: looked for in the usual places */
    const struct config_flag *flags;
    size_t flag_count;
};

struct config;
/* Reads everything anew; never fails, but for what config_mistakes lists. Owned by the caller. */
struct config *config_load(const struct config_source *source);
void config_free(struct config *config); /* accepts NULL */

const char *config_file(const struct config *config); /* its path; empty: there is none */
const struct mistake_list *config_mistakes(const struct config *config);
/* Variables that begin with SKEP_ and name no option: they do nothing, which may surprise who set them. */
size_t config_stray_variables(const char *names[], size_t capacity);

/* What the values say. With mistakes, whatever of it was well said. Borrowed until config_free. */
const struct settings *config_settings(const struct config *config);
/* The same of values that have no mistake, wherever they were brought together. */
void config_settings_of(const struct values *values, struct settings *settings);
/* As they were written. Borrowed until config_free. */
const struct values *config_values(const struct config *config);
