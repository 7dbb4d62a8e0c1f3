/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* record (80): the text of a record that the other end lacks, on its way behind control. The check is that of the
 * record and of what it says, as for gossip; whether it was asked for and is welcome is for the handler to say.
 * Spec: WIRE W20. */

#include "swarm/content/publication.h"
#include "swarm/wire/message.h"

enum {
    RECORD_FRAME_WEIGHT_BYTES = 4096, /* of text; so many cost as much again as taking one at all */
    RECORD_FRAME_WEIGHT_MAX = 1 + RECORD_SIZE_MAX / RECORD_FRAME_WEIGHT_BYTES,
};

struct record_frame {
    struct publication publication;
};
enum refusal record_frame_check(struct span body, const struct verifier *verifier, struct arena *arena,
                                const void **checked);
/* What a text of this size counts for in the rates of both ends: 1..RECORD_FRAME_WEIGHT_MAX for what passes the check.
 */
int64_t record_frame_weight(size_t text_size);
