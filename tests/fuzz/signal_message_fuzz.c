/* SPDX-License-Identifier: Apache-2.0 */
/* What a client or a server of the PeerServer protocol says: what is read lies within its bytes, and written again it
 * is a message that reads the same, of a size that fits. */
#include "fuzz_target.h"

#include <string.h>

#include "base/encoding.h"
#include "base/json_reader.h"
#include "base/must.h"
#include "swarm/signaling/signal_message.h"

static uint8_t relayed[SIGNAL_RELAYED_SIZE_MAX];

static bool is_within(struct span inner, const uint8_t *at, size_t size) {
    return inner.size == 0 || (inner.at >= at && inner.at + inner.size <= at + size);
}

static void check_again(const struct signal_message *message) {
    uint8_t id_memory[SIGNAL_ID_SIZE_MAX];
    struct signal_message again;
    struct buffer out = buffer_over(relayed, sizeof relayed);
    signal_message_write(&out, message->kind, message->peer, message->peer, message->payload);
    must(!out.overflowed);
    must(signal_message_read(buffer_span(&out), SIGNAL_END_CLIENT, id_memory, &again) == REFUSAL_NONE);
    must(again.kind == message->kind && span_equal(again.peer, message->peer) &&
         span_equal(again.payload, message->payload));
}

static void check(const uint8_t *data, size_t size, enum signal_end end) {
    uint8_t id_memory[SIGNAL_ID_SIZE_MAX];
    struct signal_message message;
    if (signal_message_read((struct span){data, size}, end, id_memory, &message) != REFUSAL_NONE) return;
    must_le(message.peer.size, SIGNAL_ID_SIZE_MAX);
    must(utf8_is_valid(message.peer));
    must(is_within(message.payload, data, size));
    must(is_within(message.peer, data, size) || is_within(message.peer, id_memory, sizeof id_memory));
    check_again(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    check(data, size, SIGNAL_END_SERVER);
    check(data, size, SIGNAL_END_CLIENT);
    return 0;
}
