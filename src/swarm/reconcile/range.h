/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a message is made of: ranges, each of which begins where the one before it ended.
 *
 *     message   version, range*                     what lies behind the last range is skipped
 *     range     bound, mode, payload                the bound is where it ends, and is not in it
 *     bound     0 0 (infinity)  or  1 + time - time of the bound before, size, the first bytes of an id
 *     payload   skip: nothing   fingerprint: 16 bytes   ids: how many, 32 bytes each
 *
 * Owns: nothing; a range points into its message.   Spec: Negentropy protocol v1, Message. */

#include "swarm/reconcile/id_sum.h"
#include "swarm/reconcile/set_item.h"
#include "swarm/refusal.h"

enum { RANGE_VERSION = 0x61 }; /* protocol 1 */

enum range_mode { RANGE_SKIP, RANGE_FINGERPRINT, RANGE_IDS }; /* as on the wire */

struct range {
    struct set_item lower, upper; /* lower is in it, upper is not */
    enum range_mode mode;
    struct fingerprint fingerprint; /* RANGE_FINGERPRINT */
    struct span ids;                /* RANGE_IDS: 32 bytes each; borrowed from the message */
};
