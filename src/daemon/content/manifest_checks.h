/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The one way by which bytes become a manifest we believe, whoever brought them (a peer, our disk, a file): named as
 * asked for, signed, and right in all it says. It costs signatures, so the pool does it, several in one go; a
 * certificate that held a moment ago is not verified anew.
 * Owns: the bytes, until `done` takes them.   Never: answers from within the call.
 * Full: cannot be; who asks bounds what is under way. */

#include "daemon/loop/loop.h"
#include "swarm/content/manifest.h"

struct manifest_checks;

struct manifest_verdict {
    enum refusal refusal;     /* REFUSAL_NONE: it holds */
    struct object_id actual;  /* of a record that holds by itself; zeros: it does not */
    struct public_key signer; /* zeros: not known */
    uint8_t *bytes;           /* moved to whoever is told: memory_free */
    size_t size;
    struct checked_manifest manifest; /* when it holds */
};

struct manifest_checks *manifest_checks_new(struct loop *loop); /* owned by the caller */
/* What is under way still comes back, and is told. Accepts NULL. */
void manifest_checks_free(struct manifest_checks *checks);
/* `bytes` are moved. The verdict itself is borrowed during the call. */
void manifest_checks_begin(struct manifest_checks *checks, const struct object_id *wanted, uint8_t *bytes, size_t size,
                           void (*done)(void *context, struct manifest_verdict *verdict), void *context);
/* The same of what our own store has given out: it has compared that with what it wrote, and it was verified before
 * that, so no signature is verified again. */
void manifest_checks_begin_stored(struct manifest_checks *checks, const struct object_id *wanted, uint8_t *bytes,
                                  size_t size, void (*done)(void *context, struct manifest_verdict *verdict),
                                  void *context);
