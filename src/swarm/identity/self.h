/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* This node's own identity: its keys, the certificate that ties it to its user, and the tickets it signs.
 * Owns: copies of the keys, wiped by self_deinit.
 * Never: gives a key out.   Spec: DESIGN 4 Identity, WIRE W1, W4. */

#include "crypto/entropy.h"
#include "swarm/identity/ticket.h"

struct self {
    struct signing_key node_key;
    struct public_key key;
    struct node_id node_id;
    bool has_user;
    struct signing_key user_key;
    struct user_cert cert;
    char user_id[NODE_ID_TEXT_SIZE + 1]; /* of the user key; without one, of the node's (claimed) */
    char community[LIMIT_COMMUNITY_MAX + 1];
    uint8_t boot[8];
    uint8_t addr_count;
    struct address addrs[LIMIT_TICKET_ADDRS_MAX]; /* where peers may dial us */
    struct ticket ticket;                         /* the newest; issued_at_ms 0 = none yet */
};
void self_init(struct self *self, const struct signing_key *node_key, const struct signing_key *user_key,
               const char *community, const struct entropy *entropy);
void self_deinit(struct self *self);
/* True when the list differs from before; a new ticket is due then. */
bool self_set_addresses(struct self *self, const struct address *addresses, size_t count);
/* Signs a new ticket, renewing the certificate first when half its life is over. */
void self_issue_ticket(struct self *self, const struct entropy *entropy, int64_t wall_ms);
