/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* offer (21): files that the sender holds whole and would give away, so that more nodes hold them. The answer is
 * offered. Only to a peer that listed the feature in its hello. An id named twice is refused.   Spec: WIRE W21. */

#include "swarm/content/object_id.h"
#include "swarm/limits.h"
#include "swarm/wire/message.h"

#define OFFER_BYTES_MAX ((INT64_C(1) << 53) - 1) /* as far as JSON counts; more than a file can have */

struct offered_file {
    struct object_id id;
    uint64_t bytes; /* sealed, as the sender says */
};
struct offer {
    size_t count; /* 1..LIMIT_OFFER_FILES */
    struct offered_file files[LIMIT_OFFER_FILES];
};
enum refusal offer_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void offer_build(struct buffer *out, const struct offer *offer);
