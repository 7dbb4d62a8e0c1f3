/* SPDX-License-Identifier: Apache-2.0 */
/* Records of strangers, under a verifier that believes every signature: what was accepted is canonical, has one name
 * and one author, and is accepted again as the same; under a strict one nothing more is. What it is about goes through
 * the check of its type. */
#include "believer.h"
#include "fuzz_target.h"

#include "swarm/content/advert.h"
#include "swarm/content/gone.h"
#include "swarm/content/manifest.h"
#include "swarm/content/post.h"

#include <string.h>

static _Alignas(16) uint8_t memory[RECORD_ARENA_SIZE], strict_memory[RECORD_ARENA_SIZE];
static uint8_t text_memory[RECORD_SIZE_MAX];

static void check_form(const struct checked_record *record, struct arena *arena) {
    struct buffer again = buffer_over(text_memory, sizeof text_memory);
    struct arena scratch = *arena;
    must(json_write_canonical(record->body, &scratch, &again) == JSON_FAULT_NONE);
    must(span_equal(buffer_span(&again), record->body->text));
    must(record->at_ms >= 0 && record->at_ms <= IDENTITY_TIME_MS_MAX);
    must(record->author.is_user ? record->has_cert : public_key_equal(&record->author.key, &record->key));
}

static void check_types(const struct checked_record *record, struct arena *arena) {
    struct checked_manifest manifest;
    struct checked_post post;
    struct checked_advert advert;
    struct checked_gone gone;
    const int taken = (manifest_check(record, &manifest) == REFUSAL_NONE) +
                      (post_check(record, &post) == REFUSAL_NONE) + (gone_check(record, &gone) == REFUSAL_NONE) +
                      (advert_check(record, arena, &advert) == REFUSAL_NONE);
    must(taken <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct span text = {data, size};
    const struct verifier believer = believer_verifier_of_records(), strict = sign_verifier();
    struct arena arena = arena_over(memory, sizeof memory), strict_arena = arena_over(strict_memory, sizeof memory);
    struct checked_record record, other;
    const enum refusal refusal = record_check(text, &believer, &arena, &record);
    const enum refusal strict_refusal = record_check(text, &strict, &strict_arena, &other);
    must(refusal != REFUSAL_NO_ROOM);
    must(strict_refusal == refusal || strict_refusal == REFUSAL_RECORD_SIGNATURE_INVALID ||
         strict_refusal == REFUSAL_RECORD_CERT_INVALID);
    if (refusal != REFUSAL_NONE) return 0;
    check_form(&record, &arena);
    check_types(&record, &arena);
    if (strict_refusal == REFUSAL_NONE) must(object_id_equal(&record.id, &other.id));
    return 0;
}
