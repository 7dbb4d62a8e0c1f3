/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An id at a signaling server: any text of 1 to SIGNAL_ID_SIZE_MAX bytes, by value, and the short key by which a table
 * finds it.
 * Owns: nothing.   Never: gives two ids one key, but by an accident of 2^-128 that nobody who lacks the seed can bring
 * about. */

#include <string.h>

#include "base/map.h"
#include "swarm/signaling/signal_message.h"

struct signal_id {
    uint8_t size;
    uint8_t bytes[SIGNAL_ID_SIZE_MAX];
};
enum { SIGNAL_ID_KEY_SIZE = 16 };
struct signal_id_key {
    uint64_t words[2];
};
_Static_assert(sizeof(struct signal_id_key) == SIGNAL_ID_KEY_SIZE, "it is compared as bytes");

static inline struct span signal_id_span(const struct signal_id *id) {
    return (struct span){id->bytes, id->size};
}
static inline struct signal_id signal_id_of(struct span text) { /* of at most SIGNAL_ID_SIZE_MAX bytes */
    struct signal_id id = {.size = (uint8_t)text.size};
    memcpy(id.bytes, text.at, text.size);
    return id;
}
static inline struct signal_id_key signal_id_key_of(struct span id, uint64_t seed) {
    return (struct signal_id_key){{map_hash(id, seed, 1), map_hash(id, seed, 2)}};
}
