/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A long text sealed piece by piece (libsodium's secretstream, XChaCha20-Poly1305): each piece opens only behind the
 * ones before it, and the last says that it is, so that a text that was cut, turned round or changed does not open.
 * Owns: a copy of the key, until seal_stream_deinit.
 * Never: gives out text that did not verify; takes a piece behind the last.
 * Full: false when `out` is too small. */

#include "crypto/seal.h"

enum { SEAL_STREAM_HEADER_SIZE = 24, SEAL_STREAM_TAG_SIZE = 17 };

struct seal_stream {
    uint8_t state[52]; /* libsodium's */
    bool has_ended;
};
/* Of a text that is to be sealed: draws the header, which is no secret. */
void seal_stream_begin(struct seal_stream *stream, const struct seal_key *key, uint8_t header[SEAL_STREAM_HEADER_SIZE]);
/* Of one that was sealed. */
void seal_stream_join(struct seal_stream *stream, const struct seal_key *key,
                      const uint8_t header[SEAL_STREAM_HEADER_SIZE]);
void seal_stream_deinit(struct seal_stream *stream);
bool seal_stream_close(struct seal_stream *stream, struct span associated, struct span text, bool is_last,
                       struct buffer *out);
/* A piece that did not verify leaves the stream as it was. */
bool seal_stream_open(struct seal_stream *stream, struct span associated, struct span sealed, struct buffer *out,
                      bool *is_last);
