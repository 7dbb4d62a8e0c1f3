/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a backup says of itself in its last entry: whose it is, of when, and what is in it.
 * Owns: nothing; one value.
 * Never: is believed of what the rest can be counted for. */

#include "base/bytes.h"
#include "swarm/identity/node_id.h"

enum { ACCOUNT_TEXT_MAX = 1024 };

struct account {
    char agent[64]; /* "skep/0.1.0" */
    int64_t made_at_ms;
    struct node_id node_id;
    struct user_id user_id;
    bool has_files;     /* also those that are only held or fetched */
    uint64_t manifests; /* records of files, ours and others' */
    uint64_t posts;
    uint64_t files;      /* sealed ones of which something is in it */
    uint64_t files_left; /* that were left out, to be fetched again */
    uint64_t parts_lost; /* parts of files that the node's own disk does not have any more as they were */
    uint64_t entries;    /* before this one */
    uint64_t bytes;      /* in them */
};
void account_write(struct buffer *out, const struct account *account);
bool account_read(struct span text, struct account *account);
