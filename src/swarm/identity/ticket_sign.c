/* SPDX-License-Identifier: Apache-2.0 */
/* Making a ticket. The payload is written twice from one list of members: once in the order that goes out (the one
 * browsers write), once in the order that is signed (WIRE W1: both key orders agree on it). */
#include "swarm/identity/ticket.h"

#include "base/encoding.h"
#include "base/json_writer.h"

#include <string.h>

enum member {
    MEMBER_ADDRS,
    MEMBER_BOOT,
    MEMBER_COMMUNITY,
    MEMBER_EXPIRES_AT,
    MEMBER_ISSUED_AT,
    MEMBER_NONCE,
    MEMBER_PEER_ID,
    MEMBER_USER_CERT,
    MEMBER_USER_ID,
    MEMBER_COUNT
};
static const enum member ORDER_WRITTEN[MEMBER_COUNT] = {
    MEMBER_PEER_ID, MEMBER_USER_ID, MEMBER_ISSUED_AT, MEMBER_EXPIRES_AT, MEMBER_NONCE,
    MEMBER_ADDRS,   MEMBER_BOOT,    MEMBER_COMMUNITY, MEMBER_USER_CERT,
};
static const enum member ORDER_SIGNED[MEMBER_COUNT] = {
    MEMBER_ADDRS, MEMBER_BOOT,    MEMBER_COMMUNITY, MEMBER_EXPIRES_AT, MEMBER_ISSUED_AT,
    MEMBER_NONCE, MEMBER_PEER_ID, MEMBER_USER_CERT, MEMBER_USER_ID,
};

/* ---- Is the draft one that readers would accept? ---- */

static bool is_text_valid(const char *text, size_t size_max) {
    struct span span = span_of_text(text != NULL ? text : "");
    return text != NULL && span.size <= size_max && utf8_is_valid(span);
}

static bool is_time_valid(int64_t time_ms) {
    return time_ms >= -IDENTITY_TIME_MS_MAX && time_ms <= IDENTITY_TIME_MS_MAX;
}

static bool are_addrs_valid(const struct ticket_draft *draft) {
    if (draft->addr_count > LIMIT_TICKET_ADDRS_MAX) return false;
    for (size_t i = 0; i < draft->addr_count; i++)
        if (draft->addrs[i].family == ADDRESS_NONE || draft->addrs[i].port == 0) return false;
    return true;
}

static bool has_community(const struct ticket_draft *draft) {
    return draft->community != NULL && draft->community[0] != '\0';
}

static bool is_draft_valid(const struct ticket_draft *draft) {
    return is_text_valid(draft->peer_id, LIMIT_TICKET_ID_MAX) && is_text_valid(draft->user_id, LIMIT_TICKET_ID_MAX) &&
           is_text_valid(draft->nonce, LIMIT_TICKET_NONCE_MAX) && is_time_valid(draft->issued_at_ms) &&
           is_time_valid(draft->expires_at_ms) && are_addrs_valid(draft) &&
           (!has_community(draft) || community_is_valid(span_of_text(draft->community)));
}

/* A peer id in the form of a nodeId must be that of the signing key, and then the ticket is native for every reader,
 * with its bounded life, whether the draft asks for the native members or not. */
static bool is_binding_valid(const struct ticket *ticket, const struct ticket_draft *draft) {
    struct node_id claimed;
    int64_t life_ms = draft->expires_at_ms - draft->issued_at_ms;
    if (!node_id_read(span_of_text(draft->peer_id), &claimed)) return !draft->is_native;
    return node_id_equal(&claimed, &ticket->node_id) && life_ms >= 1 && life_ms <= LIMIT_TICKET_NATIVE_LIFETIME_MS_MAX;
}

/* ---- The payload ---- */

static void put_addrs(struct json_writer *w, const struct ticket_draft *draft) {
    char text[ADDRESS_TEXT_MAX];
    if (draft->addr_count == 0) return;
    json_open_array(w, "addrs");
    for (size_t i = 0; i < draft->addr_count; i++) json_put_text(w, NULL, address_text(&draft->addrs[i], text));
    json_close_array(w);
}

static void put_boot(struct json_writer *w, const struct ticket_draft *draft) {
    const uint8_t not_said[sizeof draft->boot] = {0};
    uint8_t memory[2 * sizeof draft->boot];
    struct buffer hex = buffer_over(memory, sizeof memory);
    if (memcmp(draft->boot, not_said, sizeof not_said) == 0) return;
    hex_write(&hex, (struct span){draft->boot, sizeof draft->boot});
    json_put_span(w, "boot", buffer_span(&hex));
}

static void put_user_cert(struct json_writer *w, const struct ticket_draft *draft) {
    uint8_t memory[USER_CERT_TEXT_SIZE];
    struct buffer text = buffer_over(memory, sizeof memory);
    if (draft->user_cert == NULL) return;
    user_cert_write(&text, draft->user_cert);
    json_put_span(w, "userCert", buffer_span(&text));
}

static void put_native_member(struct json_writer *w, const struct ticket_draft *draft, enum member member) {
    if (!draft->is_native) return;
    if (member == MEMBER_ADDRS) put_addrs(w, draft);
    if (member == MEMBER_BOOT) put_boot(w, draft);
    if (member == MEMBER_COMMUNITY && has_community(draft)) json_put_text(w, "community", draft->community);
    if (member == MEMBER_USER_CERT) put_user_cert(w, draft);
}

static void put_member(struct json_writer *w, const struct ticket_draft *draft, enum member member) {
    switch (member) {
    case MEMBER_EXPIRES_AT: json_put_integer(w, "expiresAt", draft->expires_at_ms); break;
    case MEMBER_ISSUED_AT: json_put_integer(w, "issuedAt", draft->issued_at_ms); break;
    case MEMBER_NONCE: json_put_text(w, "nonce", draft->nonce); break;
    case MEMBER_PEER_ID: json_put_text(w, "peerId", draft->peer_id); break;
    case MEMBER_USER_ID: json_put_text(w, "userId", draft->user_id); break;
    case MEMBER_ADDRS:
    case MEMBER_BOOT:
    case MEMBER_COMMUNITY:
    case MEMBER_USER_CERT: put_native_member(w, draft, member); break;
    case MEMBER_COUNT: break;
    }
}

static bool payload_write(struct buffer *out, const struct ticket_draft *draft, const enum member order[MEMBER_COUNT]) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    for (size_t i = 0; i < MEMBER_COUNT; i++) put_member(&w, draft, order[i]);
    json_close_object(&w);
    return !out->overflowed;
}

/* ---- The ticket ---- */

/* Judged like a stranger's: the certificate may come from a file. */
static bool is_cert_verified(const struct ticket *ticket) {
    struct verifier verifier = sign_verifier();
    return ticket->has_user_cert && user_cert_is_for(&ticket->user_cert, span_of_text(ticket->user_id)) &&
           user_cert_verify(&ticket->user_cert, &ticket->key, &verifier);
}

static void native_fill(struct ticket *ticket, const struct ticket_draft *draft) {
    memcpy(ticket->boot, draft->boot, sizeof ticket->boot);
    for (size_t i = 0; i < draft->addr_count; i++) ticket->addrs[i] = draft->addrs[i];
    ticket->addr_count = (uint8_t)draft->addr_count;
    if (has_community(draft))
        (void)span_copy_text(span_of_text(draft->community), ticket->community, sizeof ticket->community);
    ticket->has_user_cert = draft->user_cert != NULL;
    if (ticket->has_user_cert) ticket->user_cert = *draft->user_cert;
    ticket->is_cert_verified = is_cert_verified(ticket);
}

static void fill(struct ticket *ticket, const struct ticket_draft *draft, const struct signing_key *key) {
    struct node_id ignored;
    *ticket = (struct ticket){.key = sign_public_key(key),
                              .is_native = node_id_read(span_of_text(draft->peer_id), &ignored),
                              .issued_at_ms = draft->issued_at_ms,
                              .expires_at_ms = draft->expires_at_ms};
    ticket->node_id = node_id_of_key(&ticket->key);
    (void)span_copy_text(span_of_text(draft->peer_id), ticket->peer_id, sizeof ticket->peer_id);
    (void)span_copy_text(span_of_text(draft->user_id), ticket->user_id, sizeof ticket->user_id);
    if (draft->is_native) native_fill(ticket, draft);
}

bool ticket_sign(struct ticket *ticket, const struct ticket_draft *draft, const struct signing_key *key) {
    uint8_t memory[LIMIT_TICKET_PAYLOAD_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    if (!is_draft_valid(draft)) return false;
    fill(ticket, draft, key);
    struct buffer payload = buffer_over(ticket->payload, sizeof ticket->payload);
    if (!is_binding_valid(ticket, draft) || !payload_write(&payload, draft, ORDER_WRITTEN) ||
        !payload_write(&text, draft, ORDER_SIGNED)) {
        *ticket = (struct ticket){0};
        return false;
    }
    ticket->payload_size = (uint16_t)payload.size;
    ticket->signature = sign_message(key, buffer_span(&text));
    return true;
}
