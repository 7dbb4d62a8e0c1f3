/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies of manifests: what was accepted keeps its bounds, is built again from what was read of it as the same
 * manifest, and opens or says why not. */
#include "content_record.h"
#include "fuzz_target.h"

#include "swarm/content/manifest.h"

#include <string.h>

static _Alignas(16) uint8_t memory[2 * RECORD_ARENA_SIZE];
static uint8_t body_memory[RECORD_SIZE_MAX];

static void check_bounds(const struct checked_manifest *manifest) {
    struct file_shape shape;
    must(file_shape_of(manifest->shape.size, &shape));
    must(shape.chunk_count == manifest->shape.chunk_count && shape.list_count == manifest->shape.list_count);
    must(manifest->target >= 1 && manifest->target <= MANIFEST_TARGET_MAX);
    must_le(manifest->readers.user_count, READERS_USERS_MAX);
    if (manifest->readers.kind == READERS_PUBLIC) {
        must(file_about_is_valid(&manifest->about));
    } else {
        must(manifest->sealed_about.size >= SEAL_TAG_SIZE && manifest->sealed_about.size <= FILE_ABOUT_SEALED_MAX);
    }
}

/* A public one; what is sealed cannot be sealed again without its key. */
static void check_built_again(const struct checked_manifest *manifest) {
    struct arena arena = arena_over(memory, sizeof memory);
    struct buffer body = buffer_over(body_memory, sizeof body_memory);
    struct checked_record record;
    struct checked_manifest again;
    const struct manifest_draft draft = {.at_ms = manifest->at_ms,
                                         .shape = manifest->shape,
                                         .root = manifest->root,
                                         .lists = manifest->lists,
                                         .target = manifest->target,
                                         .readers = &manifest->readers,
                                         .about = &manifest->about};
    must(manifest_build(&body, &draft));
    must(content_record_of(buffer_span(&body), &arena, &record));
    must(manifest_check(&record, &again) == REFUSAL_NONE);
    again.id = manifest->id; /* what we did not know was left out */
    must(memcmp(&again.shape, &manifest->shape, sizeof again.shape) == 0);
    must(memcmp(&again.readers, &manifest->readers, sizeof again.readers) == 0);
    must(strcmp(again.about.name, manifest->about.name) == 0 && strcmp(again.about.mime, manifest->about.mime) == 0);
}

static void check_opening(const struct checked_manifest *manifest) {
    const uint8_t seed[32] = {1};
    struct signing_key user;
    const struct community_secret secret = {{2}};
    struct file_key key;
    struct file_about about;
    sign_key_from_seed(&user, seed);
    const struct reader reader = {.user = &user, .community = &secret}, nobody = {0};
    const bool is_open = manifest_open(manifest, &reader, &key, &about) == REFUSAL_NONE;
    must(!is_open || file_about_is_valid(&about));
    must((manifest_open(manifest, &nobody, &key, &about) == REFUSAL_NONE) ==
         (manifest->readers.kind == READERS_PUBLIC));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = arena_over(memory, sizeof memory);
    struct checked_record record;
    struct checked_manifest manifest;
    if (!content_record_of((struct span){data, size}, &arena, &record)) return 0;
    if (manifest_check(&record, &manifest) != REFUSAL_NONE) return 0;
    check_bounds(&manifest);
    if (manifest.readers.kind == READERS_PUBLIC) check_built_again(&manifest);
    check_opening(&manifest);
    return 0;
}
