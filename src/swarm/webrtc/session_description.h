/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A session description as data channels need it: how ICE proves itself, which certificate DTLS will show, and which
 * end begins. Read from what a stranger sent; written as browsers expect it.
 * What is not about data channels (other media, unknown attributes) is passed over, not refused: browsers add some with
 * every year. Attributes count for the whole session or for the section of the channels, which overrides.
 * Owns: nothing.   Never: allocates; accepts a description without a SHA-256 fingerprint.
 * Full: more than SESSION_SIZE_MAX is refused; of more than SESSION_CANDIDATES_MAX candidates the first count.
 * Spec: RFC 8866 (SDP), 8829 (JSEP), 8839 (ICE), 8841 (SCTP over DTLS), 8122 (fingerprint). */

#include "swarm/webrtc/ice_candidate.h"

enum {
    SESSION_SIZE_MAX = 16384,
    SESSION_CANDIDATES_MAX = 64,
    SESSION_UFRAG_MIN = 4, /* RFC 8839: 4*256ice-char, 22*256ice-char */
    SESSION_PASSWORD_MIN = 22,
    SESSION_SECRET_MAX = 256,
    SESSION_MID_MAX = 64,
    SESSION_FINGERPRINT_SIZE = 32,
    SESSION_MESSAGE_SIZE_DEFAULT = 65536, /* RFC 8841: when it is not said */
};
enum session_setup { SESSION_SETUP_ACTPASS, SESSION_SETUP_ACTIVE, SESSION_SETUP_PASSIVE };

struct session_description {
    char ufrag[SESSION_SECRET_MAX + 1];
    char password[SESSION_SECRET_MAX + 1];
    char mid[SESSION_MID_MAX + 1]; /* empty: it has none */
    uint8_t fingerprint[SESSION_FINGERPRINT_SIZE];
    enum session_setup setup; /* ACTPASS: an offer */
    uint16_t sctp_port;
    uint32_t message_size_max; /* UINT32_MAX: any */
    size_t candidate_count;
    struct ice_candidate candidates[SESSION_CANDIDATES_MAX]; /* the usable ones that it holds */
};

/* SDP_SIZE, _SYNTAX, _NO_CHANNELS, _CREDENTIALS, _FINGERPRINT, _SETUP, _MID, _NUMBER. */
enum refusal session_description_read(struct span text, struct session_description *description);
/* With line ends as SDP has them, no NUL. `session_id` is any number below 2^63, the same for all descriptions of one
 * session; `version` grows with each. */
void session_description_write(const struct session_description *description, uint64_t session_id, uint64_t version,
                               struct buffer *out);
