/* SPDX-License-Identifier: Apache-2.0 */
/* What a server says to our upgrade: an answer that is accepted holds our proof, and a refusal says why. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "daemon/websocket/upgrade_answer.h"

static bool holds(struct span bytes, struct span wanted) {
    for (size_t at = 0; at + wanted.size <= bytes.size; at++)
        if (memcmp(bytes.at + at, wanted.at, wanted.size) == 0) return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct web_socket_key key = {"dGhlIHNhbXBsZSBub25jZQ=="};
    char why[UPGRADE_ANSWER_WHY_SIZE];
    const struct span bytes = {data, size};
    const size_t head_size = upgrade_answer_size(bytes);
    must_le(head_size, size);
    if (upgrade_answer_accepts((struct span){data, head_size == 0 ? size : head_size}, &key, why))
        must(holds(bytes, SPAN_LITERAL("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) && why[0] == '\0');
    else
        must(why[0] != '\0');
    return 0;
}
