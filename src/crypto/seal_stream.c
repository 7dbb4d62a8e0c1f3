/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/seal_stream.h"

#include <sodium.h>
#include <string.h>

#include "base/must.h"
#include "crypto/wipe.h"

typedef crypto_secretstream_xchacha20poly1305_state sodium_state;
_Static_assert(sizeof(sodium_state) == sizeof((struct seal_stream *)0)->state, "the state fits its place");
_Static_assert(SEAL_STREAM_HEADER_SIZE == crypto_secretstream_xchacha20poly1305_HEADERBYTES, "libsodium's header");
_Static_assert(SEAL_STREAM_TAG_SIZE == crypto_secretstream_xchacha20poly1305_ABYTES, "libsodium's tag");
_Static_assert(SEAL_KEY_SIZE == crypto_secretstream_xchacha20poly1305_KEYBYTES, "one kind of key does for both");

static void state_put(struct seal_stream *stream, sodium_state *state) {
    memcpy(stream->state, state, sizeof *state);
    wipe_bytes(state, sizeof *state);
}

void seal_stream_begin(struct seal_stream *stream, const struct seal_key *key,
                       uint8_t header[SEAL_STREAM_HEADER_SIZE]) {
    sodium_state state;
    must(crypto_secretstream_xchacha20poly1305_init_push(&state, header, key->bytes) == 0);
    state_put(stream, &state);
    stream->has_ended = false;
}

void seal_stream_join(struct seal_stream *stream, const struct seal_key *key,
                      const uint8_t header[SEAL_STREAM_HEADER_SIZE]) {
    sodium_state state;
    must(crypto_secretstream_xchacha20poly1305_init_pull(&state, header, key->bytes) == 0);
    state_put(stream, &state);
    stream->has_ended = false;
}

void seal_stream_deinit(struct seal_stream *stream) {
    wipe_bytes(stream, sizeof *stream);
}

bool seal_stream_close(struct seal_stream *stream, struct span associated, struct span text, bool is_last,
                       struct buffer *out) {
    sodium_state state;
    if (stream->has_ended || out->capacity - out->size < text.size + SEAL_STREAM_TAG_SIZE) return false;
    memcpy(&state, stream->state, sizeof state);
    const uint8_t tag =
        is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    must(crypto_secretstream_xchacha20poly1305_push(&state, out->at + out->size, NULL, text.at, text.size,
                                                    associated.at, associated.size, tag) == 0);
    out->size += text.size + SEAL_STREAM_TAG_SIZE;
    stream->has_ended = is_last;
    state_put(stream, &state);
    return true;
}

static bool is_ours(uint8_t tag) {
    return tag == crypto_secretstream_xchacha20poly1305_TAG_MESSAGE ||
           tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
}

bool seal_stream_open(struct seal_stream *stream, struct span associated, struct span sealed, struct buffer *out,
                      bool *is_last) {
    sodium_state state;
    uint8_t tag = 0;
    if (stream->has_ended || sealed.size < SEAL_STREAM_TAG_SIZE) return false;
    if (out->capacity - out->size < sealed.size - SEAL_STREAM_TAG_SIZE) return false;
    memcpy(&state, stream->state, sizeof state);
    const bool is_good = crypto_secretstream_xchacha20poly1305_pull(&state, out->at + out->size, NULL, &tag, sealed.at,
                                                                    sealed.size, associated.at, associated.size) == 0;
    if (!is_good || !is_ours(tag)) {
        wipe_bytes(&state, sizeof state);
        return false;
    }
    out->size += sealed.size - SEAL_STREAM_TAG_SIZE;
    *is_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    stream->has_ended = *is_last;
    state_put(stream, &state);
    return true;
}
