/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A presence ticket: "this peer is here, until then, under this key". A v1 envelope over canonical JSON; native ones
 * (whose peerId is a nodeId) also say where to dial, which process run, which community and which user.
 * Owns: nothing; a ticket is one value without pointers, copied whole.
 * Never: a struct ticket that was not verified or signed by us.
 * Spec: WIRE W1 to W3, reference section 3. */

#include "base/address.h"
#include "base/json.h"
#include "crypto/hash.h"
#include "swarm/identity/node_id.h"
#include "swarm/identity/user_cert.h"
#include "swarm/limits.h"
#include "swarm/refusal.h"

struct ticket {
    struct public_key key;
    struct signature signature;
    bool is_native;         /* peer_id is the nodeId of `key`; the members below are in form */
    struct node_id node_id; /* of `key`, native or not */
    int64_t issued_at_ms;
    int64_t expires_at_ms;
    char peer_id[LIMIT_TICKET_ID_MAX + 1]; /* UTF-8, NUL-terminated; ids with a NUL are malformed */
    char user_id[LIMIT_TICKET_ID_MAX + 1];
    char community[LIMIT_COMMUNITY_MAX + 1]; /* native; empty = not said */
    uint8_t boot[8];                         /* native; zero = not said */
    bool has_user_cert;
    bool is_cert_verified; /* its signature holds and its key gives user_id; ask ticket_is_user_proven */
    struct user_cert user_cert;
    uint8_t addr_count;
    struct address addrs[LIMIT_TICKET_ADDRS_MAX];
    uint16_t payload_size;
    uint8_t payload[LIMIT_TICKET_PAYLOAD_MAX]; /* compact JSON, members in the order they came */
};

/* What the reader expects of a ticket beyond its form and signature. Zero = the plain rules without a clock. */
struct ticket_rules {
    bool judges_time; /* with now_ms and skew_ms; without it EXPIRED and NOT_YET_VALID are left to the reader */
    int64_t now_ms;
    int64_t skew_ms;
    struct span expected_peer_id; /* empty = any */
    struct span expected_user_id;
    bool has_trust_list; /* an empty list trusts nobody */
    const struct public_key *trusted;
    size_t trusted_count;
};

/* Checks an envelope in the order of W1 and fills `ticket` when accepted (REFUSAL_NONE). `scratch` is used while it
 * runs. */
enum refusal ticket_check(const struct json_value *envelope, const struct ticket_rules *rules,
                          const struct verifier *verifier, struct arena *scratch, struct ticket *ticket);

/* What goes into a new ticket. Members that are empty (zero) are left out; nonce is base64 text. */
struct ticket_draft {
    const char *peer_id;
    const char *user_id;
    const char *nonce;
    int64_t issued_at_ms;
    int64_t expires_at_ms;
    const struct address *addrs;
    size_t addr_count;
    bool is_native; /* writes addrs, boot, community, userCert as well */
    uint8_t boot[8];
    const char *community;
    const struct user_cert *user_cert; /* may be NULL */
};
/* False when it would be over its limits or ids are not valid UTF-8. */
bool ticket_sign(struct ticket *ticket, const struct ticket_draft *draft, const struct signing_key *key);

/* The envelope: the five v1 members, the payload as it came. At most LIMIT_TICKET_ENVELOPE_MAX bytes. */
void ticket_write(struct buffer *out, const struct ticket *ticket);
/* SHA-256 of the canonical envelope (reference 3.1). */
struct sha256 ticket_hash(const struct ticket *ticket);
/* The certificate verified and is in date (W4); else its user is only claimed. */
bool ticket_is_user_proven(const struct ticket *ticket, int64_t now_ms);
bool ticket_is_fresh(const struct ticket *ticket, int64_t now_ms); /* W3 */
bool ticket_is_known(const struct ticket *ticket, int64_t now_ms); /* W3: may travel by pex and be dialled */
bool community_is_valid(struct span name);                         /* W1's pattern */
