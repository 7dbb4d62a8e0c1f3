/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Objects on their way from a host's disk to its peers: in slices, in turn, as fast as its uplink is, and never more
 * ahead than keeps a link busy.
 * Owns: what is being sent.
 * Never: decides whose turn it is (the engine does), sends what is not on the disk.
 * Full: the engine serves LIMIT_SERVING_MAX at once. */

#include "sim/made_file.h"
#include "swarm/action.h"
#include "swarm/limits.h"
#include "swarm/wire/miss.h"

struct host;

struct serve {
    uint32_t link, req;
    const struct made_file *file; /* NULL: nobody has such a thing */
    uint32_t place;
    uint32_t offset, end, total; /* what is left to send */
    uint32_t sent;
    bool is_proof;       /* a few bytes were asked for, not a part */
    enum miss_code miss; /* not 0: that is the answer */
};
struct file_serving { /* all zero: nothing is sent */
    struct serve serves[LIMIT_SERVING_MAX];
    size_t count;
    bool is_planned;
    int64_t free_at_us; /* the uplink is busy until then */
};

void file_serving_start(struct host *host, const struct action *action);
void file_serving_stop(struct host *host, const struct action *action);
