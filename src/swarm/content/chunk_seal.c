/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/chunk_seal.h"

#include "base/must.h"
#include "crypto/wipe.h"

_Static_assert((int)FILE_SEAL_SIZE == (int)SEAL_TAG_SIZE, "what sealing adds is the tag");

void chunk_key_of(const struct file_key *key, struct chunk_key *chunk_key) {
    file_key_derive(key, "skep-chunk-v1", &chunk_key->sealing);
}

void chunk_key_wipe(struct chunk_key *chunk_key) {
    wipe_bytes(chunk_key, sizeof *chunk_key);
}

static void nonce_make(struct chunk_place place, uint8_t nonce[SEAL_NONCE_SIZE]) {
    struct buffer out = buffer_over(nonce, SEAL_NONCE_SIZE);
    for (size_t i = 0; i < SEAL_NONCE_SIZE - 5; i++) buffer_put_u8(&out, 0);
    buffer_put_u32(&out, place.index);
    buffer_put_u8(&out, place.index + 1 == place.shape->chunk_count);
    must(!out.overflowed && out.size == SEAL_NONCE_SIZE);
}

struct object_id chunk_seal(const struct chunk_key *key, struct chunk_place place, struct span text,
                            struct buffer *out) {
    uint8_t nonce[SEAL_NONCE_SIZE];
    const size_t before = out->size;
    must(text.size == file_chunk_text_size(place.shape, place.index));
    nonce_make(place, nonce);
    must(seal_close(&key->sealing, nonce, SPAN_NONE, text, out));
    return object_id_of_blob((struct span){out->at + before, out->size - before});
}

enum refusal chunk_open(const struct chunk_key *key, struct chunk_place place, struct span sealed, struct buffer *out) {
    uint8_t nonce[SEAL_NONCE_SIZE];
    if (sealed.size != file_chunk_sealed_size(place.shape, place.index)) return REFUSAL_CHUNK_SIZE;
    must_le(sealed.size - FILE_SEAL_SIZE, out->capacity - out->size);
    nonce_make(place, nonce);
    return seal_open(&key->sealing, nonce, SPAN_NONE, sealed, out) ? REFUSAL_NONE : REFUSAL_CHUNK_DAMAGED;
}
