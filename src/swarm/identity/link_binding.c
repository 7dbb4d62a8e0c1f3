/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/identity/link_binding.h"

static const char prefix[] = "skep-rtc-v1"; /* with its NUL */
enum { STATEMENT_SIZE = sizeof prefix + 2 * CERTIFICATE_HASH_SIZE + NODE_ID_TEXT_SIZE };

static struct span write_statement(uint8_t bytes[STATEMENT_SIZE], const uint8_t *signers, const uint8_t *readers,
                                   const struct node_id *reader) {
    struct buffer out = buffer_over(bytes, STATEMENT_SIZE);
    buffer_put(&out, (struct span){(const uint8_t *)prefix, sizeof prefix});
    buffer_put(&out, (struct span){signers, CERTIFICATE_HASH_SIZE});
    buffer_put(&out, (struct span){readers, CERTIFICATE_HASH_SIZE});
    node_id_write(&out, reader);
    return buffer_span(&out);
}

struct signature link_binding_sign(const struct link_binding *binding, const struct node_id *peer,
                                   const struct signing_key *key) {
    uint8_t bytes[STATEMENT_SIZE];
    return sign_message(key, write_statement(bytes, binding->own, binding->peer, peer));
}

bool link_binding_holds(const struct link_binding *binding, const struct node_id *self, const struct public_key *key,
                        const struct signature *signature, const struct verifier *verifier) {
    uint8_t bytes[STATEMENT_SIZE];
    return verifier->verify(verifier->context, key, write_statement(bytes, binding->peer, binding->own, self),
                            signature);
}
