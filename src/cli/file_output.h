/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What is in a file of the node, written to a file of this machine: first beside it, under a name of its own
 * (".skep-0123456789abcdef.part"), then, whole and synced, under its own. What lies there from a try before is gone on
 * with.
 * Owns: nothing.
 * Never: leaves half a file under the name that was asked for; follows a symbolic link to the part; two at once. */

#include "cli/api_client.h"
#include "swarm/content/object_id.h"

struct file_output {
    struct api_client *client;
    const char *path; /* FILE, or a folder; "-" = standard output; borrowed */
    bool is_folder;
    struct http_progress progress; /* of the bytes of the file at hand */
};
/* Whether a path means a folder: one that is there, or that ends with "/" (and is made). False: it cannot be made; a
 * message has been printed. */
bool file_output_init(struct file_output *output, struct api_client *client, const char *path, bool is_folder_wanted);
struct file_output_source {
    const char *id;   /* whole */
    const char *name; /* in a folder; NULL: it is not known, as it is not for us */
    uint64_t size;
};
/* Gives an enum exit_code; other than EXIT_CODE_DONE a message has been printed, or `progress` ended it. `written`: the
 * path it has now. */
int file_output_write(const struct file_output *output, const struct file_output_source *source, char *written,
                      size_t capacity);
