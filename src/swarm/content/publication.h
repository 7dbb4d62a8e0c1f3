/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A record together with what it says: the one way by which a record that somebody sent becomes something that may be
 * kept, shown or passed on, whatever carried it. What claims to be one of these and is not is refused as a whole; a
 * type that we do not know is passed on as it stands.
 * Owns: nothing; it borrows from its text and from the arena it was checked in.
 * Full: PUBLICATION_ARENA_SIZE is enough for every record.   Spec: WIRE W11, W12. */

#include "swarm/content/advert.h"
#include "swarm/content/gone.h"
#include "swarm/content/manifest.h"
#include "swarm/content/post.h"

enum publication_kind {
    PUBLICATION_OTHER,
    PUBLICATION_MANIFEST,
    PUBLICATION_POST,
    PUBLICATION_ADVERT,
    PUBLICATION_GONE
};

struct publication {
    struct checked_record record;
    enum publication_kind kind;
    union { /* in the arena */
        const struct checked_manifest *manifest;
        const struct checked_post *post;
        const struct checked_advert *advert;
        const struct checked_gone *gone;
    } as;
};
enum refusal publication_check(struct span text, const struct verifier *verifier, struct arena *arena,
                               struct publication *publication);
/* The second half, for a record that was checked already (of our own making, from our disk). */
enum refusal publication_of_record(const struct checked_record *record, struct arena *arena,
                                   struct publication *publication);

enum {
    PUBLICATION_ARENA_SIZE = RECORD_ARENA_SIZE + sizeof(struct checked_manifest) + sizeof(struct checked_post) +
                             sizeof(struct checked_advert) + sizeof(struct checked_gone) +
                             (ADVERT_HOLDS_MAX + ADVERT_DROPS_MAX) * sizeof(struct object_id) + 256
};
