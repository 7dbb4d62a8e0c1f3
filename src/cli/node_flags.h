/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The flags that set an option of the node (defs/options.def), for the commands that take them: `skep run`, and
 * `skep config`, which says what `skep run` would do with them.
 * Owns: nothing; texts point into argv.   Full: more than NODE_FLAGS_MAX values make the command line wrong. */

#include "cli/options.h"
#include "daemon/config/config.h"

enum { NODE_FLAGS_MAX = 256, NODE_FLAGS_ENTRIES = OPTION_COUNT + 1 };

struct node_flags {
    const char *file; /* --config */
    size_t count;
    struct config_flag items[NODE_FLAGS_MAX];
    struct options_taker takers[OPTION_COUNT];
};
/* Writes NODE_FLAGS_ENTRIES entries, which point into `flags`. */
void node_flags_entries(struct node_flags *flags, struct options_entry *entries);
struct config_source node_flags_source(const struct node_flags *flags); /* borrowed from `flags` */
/* The mistakes, one to a line, on standard error, for `command`. */
void node_flags_print_mistakes(const char *command, const struct config *config);

/* The options' lines of a help text. */
#define NODE_FLAGS_HELP                                                                                                \
    "  --config FILE\n      the configuration file, or none; default: the first that is there of\n"                    \
    "      $CONFIGURATION_DIRECTORY/skep.conf, $XDG_CONFIG_HOME/skep/skep.conf (else\n"                                \
    "      ~/.config/skep/skep.conf), /etc/skep/skep.conf\n"
