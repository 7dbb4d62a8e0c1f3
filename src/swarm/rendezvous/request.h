/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What we say to a beacon: where to, and of an announce the body. The answer is read in answer.h.
 * Owns: nothing.   Never: sends; lets a community's name say anything but a name.   Spec: reference 4.1, 4.3, 6.2. */

#include "swarm/identity/ticket.h"

/* BASE/announce or BASE/peers, with the community as forms write it; slashes at the end of the base do not count. */
void beacon_request_write_url(struct buffer *out, const char *base, const char *community, bool is_announce);
/* The body of an announce: {"ticket":...,"community":"..."}. */
void beacon_request_write_announce(struct buffer *out, const struct ticket *ticket, const char *community);
