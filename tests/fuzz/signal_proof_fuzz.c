/* SPDX-License-Identifier: Apache-2.0 */
/* A token of a stranger, under a verifier that believes every signature: nothing but a token in the one form is
 * accepted, and only for the id of its key. An input is an id, a line break, a token. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "believer.h"
#include "swarm/signaling/signal_proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const hosts[] = {"signal.example"};
    static size_t size_max = 400;
    const struct verifier verifier = {.verify = believer_verify, .context = &size_max};
    struct span token = {data, size};
    const struct span id = span_take_until(&token, '\n');
    struct node_id node;
    if (signal_proof_check(token, id, hosts, 1, &verifier, 1700000000000) != REFUSAL_NONE) return 0;
    must(node_id_read(id, &node));
    must_le(token.size, SIGNAL_PROOF_SIZE_MAX - 1);
    must(token.size > 130 && memchr(token.at, '=', token.size) == NULL);
    return 0;
}
