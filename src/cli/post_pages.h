/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The posts of a node, page by page; and one of them by the first digits of its id.
 * Owns: nothing.   Never: guesses between two. */

#include "cli/api_client.h"
#include "swarm/content/object_id.h"

/* Every post, newest first, until `take` gives false. `page` NULL, or told of each page as it came. Gives an enum
 * exit_code; other than EXIT_CODE_DONE, a message has been printed; so do the others. */
int post_pages_each(struct api_client *client, bool (*take)(void *context, const struct json_value *post),
                    void (*page)(void *context, const struct json_value *page), void *context);
/* `text` is a whole id, of any version, or the beginning of one that skep posts shows. */
int post_pages_find(struct api_client *client, const char *text, char id[OBJECT_ID_TEXT_SIZE + 1]);
