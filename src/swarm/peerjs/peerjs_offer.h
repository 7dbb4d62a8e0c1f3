/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a PeerJS page says through signaling to get a data connection: OFFER, ANSWER and CANDIDATE, read from the
 * payload and written into one. Owns: nothing; texts lie in the arena or in the payload (both borrowed).   Never: looks
 * into a description. Full: a payload over PEERJS_PAYLOAD_MAX is OFFER_SHAPE; an id, a label or metadata that is too
 * long is refused by name.   Spec: reference 7.2, 7.3; peerjs 1.5. */

#include "base/json.h"
#include "swarm/peerjs/peerjs_fault.h"

enum {
    PEERJS_PAYLOAD_MAX = 65536,
    PEERJS_PAYLOAD_ARENA = 48 * PEERJS_PAYLOAD_MAX, /* the richest JSON text of that size */
    PEERJS_CONNECTION_ID_MAX = 128,                 /* the library's are some 25 */
    PEERJS_LABEL_MAX = 256,                         /* what a channel of ours may be called */
    PEERJS_METADATA_MAX = 16384,
    PEERJS_DESCRIPTION_MAX = 32768,
    PEERJS_CANDIDATE_MAX = 1024,
};

/* How values become messages of the channel. The page that dials says it; both ends keep to it. */
enum peerjs_serialization { PEERJS_BINARY, PEERJS_JSON, PEERJS_RAW };
const char *peerjs_serialization_name(enum peerjs_serialization serialization);
/* "binary-utf8" is another name of binary. */
bool peerjs_serialization_read(struct span name, enum peerjs_serialization *serialization);

struct peerjs_offer {
    char connection_id[PEERJS_CONNECTION_ID_MAX + 1];
    char label[PEERJS_LABEL_MAX + 1];
    enum peerjs_serialization serialization;
    bool is_reliable;     /* ordered; both kinds lose nothing */
    struct span metadata; /* one JSON value as it came; empty: none. Unproven, whatever it says */
    struct span sdp;
};
struct peerjs_answer {
    char connection_id[PEERJS_CONNECTION_ID_MAX + 1];
    struct span sdp;
};
struct peerjs_candidate {
    char connection_id[PEERJS_CONNECTION_ID_MAX + 1];
    struct span candidate; /* without "a="; empty: there are no more */
};

/* OFFER_SHAPE, OFFER_MEDIA (a call, which is not for us), OFFER_ID, OFFER_LABEL, OFFER_SERIALIZATION, OFFER_METADATA,
 * OFFER_DESCRIPTION. `arena` wants PEERJS_PAYLOAD_ARENA bytes. */
enum peerjs_fault peerjs_offer_read(struct span payload, struct arena *arena, struct peerjs_offer *offer);
enum peerjs_fault peerjs_answer_read(struct span payload, struct arena *arena, struct peerjs_answer *answer);
enum peerjs_fault peerjs_candidate_read(struct span payload, struct arena *arena, struct peerjs_candidate *candidate);

void peerjs_offer_write(struct buffer *out, const struct peerjs_offer *offer);
void peerjs_answer_write(struct buffer *out, const struct peerjs_answer *answer);
void peerjs_candidate_write(struct buffer *out, const struct peerjs_candidate *candidate);
