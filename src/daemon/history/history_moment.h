/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The links of one second, kept with its minute: what a look back at 03:12 shows beside the figures.
 *
 * Owns: nothing; one value without pointers.
 * Never: keeps a user, an address or a reason: who it was and how good the link was, no more.
 * Full: of more than HISTORY_LINKS_MAX links the weakest are kept, since they are what one looks for. */

#include "swarm/identity/node_id.h"
#include "swarm/link/link_path.h"

struct link_view;

enum { HISTORY_LINKS_MAX = 16 };

struct history_link {
    struct node_id node_id;
    int strength; /* negative: unknown, as are the next two */
    double rtt_ms;
    double loss_in;
    enum link_path path;
    bool is_inbound;
};
struct history_moment {
    uint32_t at_s; /* the second that it shows; 0: there is none */
    size_t count;
    struct history_link links[HISTORY_LINKS_MAX]; /* the weakest first, those of unknown strength last */
};
/* The open links among `views`, at this second. */
void history_moment_take(struct history_moment *moment, const struct link_view *views, size_t count, uint32_t at_s);

/* The links as they are kept on the disk. */
enum { HISTORY_MOMENT_SIZE_MAX = HISTORY_LINKS_MAX * 30 };
void history_moment_write(struct buffer *out, const struct history_moment *moment);
bool history_moment_read(struct history_moment *moment, struct span bytes); /* false: not in form */
