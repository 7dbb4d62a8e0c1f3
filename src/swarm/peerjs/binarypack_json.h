/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* BinaryPack from JSON text and to it: for connections whose serialization is json, and for people and tools.
 * JSON has no bytes: they become a string of base64, and stay one on the way back. What is no number for JSON (NaN,
 * infinite) becomes null.
 * Owns: nothing.   Never: allocates; recurses deeper than a JSON text may be nested.   Full: TOO_LARGE.
 * Spec: reference 7.4, RFC 8259. */

#include "base/json.h"
#include "swarm/peerjs/binarypack.h"

/* What `arena` and `out` want at most, for each byte that comes in. */
enum {
    BINARYPACK_JSON_ARENA = 48,
    BINARYPACK_FROM_JSON_GROWTH = 3,
    BINARYPACK_TO_JSON_GROWTH = 6,
    BINARYPACK_JSON_ROOM = 512
};

/* JSON, DEPTH, NOTHING (the text `null`), TOO_LARGE. Reads as a browser does (CANON). */
enum peerjs_fault binarypack_from_json(struct span text, struct arena *arena, struct buffer *out);
void binarypack_put_json(struct binarypack_writer *w, const struct json_value *value);
/* What a reader refuses, and TOO_LARGE. Members stay in their order, also those that are named twice. */
enum peerjs_fault binarypack_to_json(struct span packed, struct buffer *out);
