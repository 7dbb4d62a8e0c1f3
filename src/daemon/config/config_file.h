/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The configuration file: where it is, and its bytes.
 * Never: writes it, waits on what is no file (a pipe).   Full: over `capacity` it is ERR_LIMIT. */

#include "base/bytes.h"
#include "base/err.h"

/* --config FILE, else $SKEP_CONFIG, else the first that is there of $CONFIGURATION_DIRECTORY/skep.conf,
 * $XDG_CONFIG_HOME/skep/skep.conf (else ~/.config/skep/skep.conf) and /etc/skep/skep.conf. False: none, or "none" was
 * asked for. */
bool config_file_find(const char *flag, char *path, size_t capacity);
/* The detail is a clause about the file, without its name. */
MUST_USE enum err config_file_read(const char *path, struct buffer *out, struct err_detail *detail);
