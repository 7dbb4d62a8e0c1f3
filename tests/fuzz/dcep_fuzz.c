/* SPDX-License-Identifier: Apache-2.0 */
/* What opens a data channel: texts lie within the message and have no NUL; a reliable channel is written as it was
 * read. And any bytes as a datagram of DTLS records. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "swarm/webrtc/dcep.h"
#include "swarm/webrtc/dtls_record.h"

static void look_at_text(struct span text) {
    char copy[DCEP_TEXT_MAX + 1];
    must(span_copy_text(text, copy, sizeof copy));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct dcep_message message;
    struct dtls_record_count count = {0};
    uint8_t memory[DCEP_OPEN_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    dtls_record_count_datagram(&count, (struct span){data, size});
    must_le(count.received * 13, size);
    if (dcep_read((struct span){data, size}, &message) != REFUSAL_NONE || message.kind == DCEP_ACK) return 0;
    look_at_text(message.label);
    look_at_text(message.protocol);
    if (message.is_unreliable || message.reliability != 0 || message.priority != 256) return 0;
    dcep_write_open(&out, message.is_unordered, message.label, message.protocol);
    must(out.size == size && memcmp(memory, data, size) == 0);
    return 0;
}
