/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/publication.h"

static enum refusal manifest_take(struct publication *publication, struct arena *arena) {
    struct checked_manifest *manifest = arena_take(arena, sizeof *manifest);
    if (manifest == NULL) return REFUSAL_NO_ROOM;
    publication->kind = PUBLICATION_MANIFEST;
    publication->as.manifest = manifest;
    return manifest_check(&publication->record, manifest);
}

static enum refusal post_take(struct publication *publication, struct arena *arena) {
    struct checked_post *post = arena_take(arena, sizeof *post);
    if (post == NULL) return REFUSAL_NO_ROOM;
    publication->kind = PUBLICATION_POST;
    publication->as.post = post;
    return post_check(&publication->record, post);
}

static enum refusal advert_take(struct publication *publication, struct arena *arena) {
    struct checked_advert *advert = arena_take(arena, sizeof *advert);
    if (advert == NULL) return REFUSAL_NO_ROOM;
    publication->kind = PUBLICATION_ADVERT;
    publication->as.advert = advert;
    return advert_check(&publication->record, arena, advert);
}

static enum refusal gone_take(struct publication *publication, struct arena *arena) {
    struct checked_gone *gone = arena_take(arena, sizeof *gone);
    if (gone == NULL) return REFUSAL_NO_ROOM;
    publication->kind = PUBLICATION_GONE;
    publication->as.gone = gone;
    return gone_check(&publication->record, gone);
}

enum refusal publication_of_record(const struct checked_record *record, struct arena *arena,
                                   struct publication *publication) {
    *publication = (struct publication){.record = *record, .kind = PUBLICATION_OTHER};
    if (span_equal_text(record->type, MANIFEST_TYPE)) return manifest_take(publication, arena);
    if (span_equal_text(record->type, POST_TYPE)) return post_take(publication, arena);
    if (span_equal_text(record->type, ADVERT_TYPE)) return advert_take(publication, arena);
    if (span_equal_text(record->type, GONE_TYPE)) return gone_take(publication, arena);
    return REFUSAL_NONE;
}

enum refusal publication_check(struct span text, const struct verifier *verifier, struct arena *arena,
                               struct publication *publication) {
    struct checked_record record;
    const enum refusal refusal = record_check(text, verifier, arena, &record);
    return refusal != REFUSAL_NONE ? refusal : publication_of_record(&record, arena, publication);
}
