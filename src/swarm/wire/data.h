/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* data (47): a slice of what was asked for, the next one of its question. A slice of nothing is refused.
 * Spec: WIRE W12. */

#include "swarm/wire/message.h"

enum { DATA_HEAD_SIZE = 12, DATA_BYTES_MAX = 65536 };

struct data {
    uint32_t req;
    uint32_t offset;   /* of the slice, in the object */
    uint32_t total;    /* size of the object */
    struct span bytes; /* borrowed from the frame */
};
enum refusal data_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void data_build(struct buffer *out, const struct data *data);
