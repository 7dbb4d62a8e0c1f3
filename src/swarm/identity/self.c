/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/identity/self.h"

#include "base/encoding.h"
#include "base/must.h"

#include <string.h>

static void set_user_id(struct self *self) {
    struct public_key key = sign_public_key(self->has_user ? &self->user_key : &self->node_key);
    struct user_id id = user_id_of_key(&key);
    user_id_text(&id, self->user_id);
}

void self_init(struct self *self, const struct signing_key *node_key, const struct signing_key *user_key,
               const char *community, const struct entropy *entropy) {
    memset(self, 0, sizeof *self);
    self->node_key = *node_key;
    self->key = sign_public_key(node_key);
    self->node_id = node_id_of_key(&self->key);
    self->has_user = user_key != NULL;
    if (self->has_user) self->user_key = *user_key;
    set_user_id(self);
    must(span_copy_text(span_of_text(community), self->community, sizeof self->community));
    entropy_fill(entropy, self->boot, sizeof self->boot);
}

void self_deinit(struct self *self) {
    sign_key_wipe(&self->node_key);
    sign_key_wipe(&self->user_key);
}

bool self_set_addresses(struct self *self, const struct address *addresses, size_t count) {
    if (count > LIMIT_TICKET_ADDRS_MAX) count = LIMIT_TICKET_ADDRS_MAX;
    bool is_same = self->addr_count == count;
    for (size_t i = 0; is_same && i < count; i++) is_same = address_equal(&self->addrs[i], &addresses[i]);
    if (is_same) return false;
    self->addr_count = (uint8_t)count;
    for (size_t i = 0; i < count; i++) self->addrs[i] = addresses[i];
    return true;
}

static void renew_certificate(struct self *self, int64_t wall_ms) {
    int64_t half_ms = USER_CERT_LIFE_MS_DEFAULT / 2;
    if (!self->has_user || (self->cert.not_after_ms - wall_ms > half_ms && self->cert.not_before_ms <= wall_ms)) return;
    user_cert_issue(&self->cert, &self->user_key, &self->key, wall_ms, wall_ms + USER_CERT_LIFE_MS_DEFAULT);
}

void self_issue_ticket(struct self *self, const struct entropy *entropy, int64_t wall_ms) {
    char peer_id[NODE_ID_TEXT_SIZE + 1];
    uint8_t nonce[12];
    uint8_t nonce_text[17] = {0};
    struct buffer nonce_out = buffer_over(nonce_text, 16);
    renew_certificate(self, wall_ms);
    entropy_fill(entropy, nonce, sizeof nonce);
    base64_write(&nonce_out, (struct span){nonce, sizeof nonce});
    /* Two tickets of one node never carry the same time: the later one must win everywhere. But a last one from a
     * future that our clock has been corrected from would make every next one worthless. */
    int64_t last_ms = self->ticket.issued_at_ms;
    bool is_stray = last_ms > wall_ms + LIMIT_CLOCK_SKEW_MS;
    int64_t issued_at_ms = wall_ms > last_ms || is_stray ? wall_ms : last_ms + 1;
    struct ticket_draft draft = {
        .peer_id = node_id_text(&self->node_id, peer_id),
        .user_id = self->user_id,
        .nonce = (const char *)nonce_text,
        .issued_at_ms = issued_at_ms,
        .expires_at_ms = issued_at_ms + LIMIT_TICKET_LIFETIME_MS,
        .addrs = self->addrs,
        .addr_count = self->addr_count,
        .is_native = true,
        .community = self->community,
        .user_cert = self->has_user ? &self->cert : NULL,
    };
    memcpy(draft.boot, self->boot, sizeof draft.boot);
    must(ticket_sign(&self->ticket, &draft, &self->node_key));
}
