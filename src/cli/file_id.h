/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The id of a file as people write it: 64 hex digits, or the first ones of it (FILE_ID_DIGITS_MIN at least) when the
 * node has one file alone that begins so.
 * Owns: nothing.   Never: guesses between two. */

#include "cli/api_client.h"
#include "swarm/content/object_id.h"

enum { FILE_ID_DIGITS_MIN = 6, FILE_ID_DIGITS_SHOWN = 12 };

bool file_id_is_whole(const char *text);
bool file_id_may_begin_one(const char *text);
/* Gives an enum exit_code; other than EXIT_CODE_DONE, a message has been printed. */
int file_id_find(struct api_client *client, const char *text, char id[OBJECT_ID_TEXT_SIZE + 1]);
/* Every file of the node, page by page, until `take` gives false. `page` NULL, or told of each page as it came. */
int file_id_each(struct api_client *client, bool (*take)(void *context, const struct json_value *file),
                 void (*page)(void *context, const struct json_value *page), void *context);
