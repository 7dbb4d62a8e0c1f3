/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A record in a file (a manifest, a post, whatever was signed), judged without a node: is it whole, and whose is it?
 * Owns: nothing. */

#include <stdbool.h>

/* Prints what it is; gives EXIT_CODE_DONE, EXIT_CODE_CHECK, or EXIT_CODE_FAILED when it cannot be read. "-" is standard
 * input. */
int record_verify(const char *path, bool is_json);
