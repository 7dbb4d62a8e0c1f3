/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The one way by which bytes become a manifest we believe, whoever brought them (a peer, our disk, a file): named as
 * asked for, signed, and right in all it says; on a thread of the pool, as it costs signatures.
 * Owns: the bytes, until `done` takes them.   Never: answers from within the call. */

#include "daemon/loop/loop.h"
#include "swarm/content/manifest.h"

struct manifest_verdict {
    enum refusal refusal;     /* REFUSAL_NONE: it holds */
    struct object_id actual;  /* of a record that holds by itself; zeros: it does not */
    struct public_key signer; /* zeros: not known */
    uint8_t *bytes;           /* moved to whoever is told: memory_free */
    size_t size;
    struct checked_manifest manifest; /* when it holds */
};

/* `bytes` are moved. The verdict itself is borrowed during the call. */
void manifest_check_begin(struct loop *loop, const struct object_id *wanted, uint8_t *bytes, size_t size,
                          void (*done)(void *context, struct manifest_verdict *verdict), void *context);
