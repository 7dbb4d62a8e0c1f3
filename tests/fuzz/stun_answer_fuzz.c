/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of STUN servers: the first twelve bytes are the transaction that was asked for, so that the rest is reached.
 */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "swarm/reach/stun_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct stun_request request = {.method = STUN_ALLOCATE};
    struct stun_answer answer;
    if (size < sizeof request.transaction) return 0;
    memcpy(request.transaction, data, sizeof request.transaction);
    const struct span datagram = {data + sizeof request.transaction, size - sizeof request.transaction};
    if (stun_answer_read(datagram, &request, &answer) != REFUSAL_NONE) return 0;
    must(!answer.is_error || answer.code == 0 || (answer.code >= 300 && answer.code < 700));
    must(answer.reason.size + answer.realm.size + answer.nonce.size <= datagram.size);
    return 0;
}
