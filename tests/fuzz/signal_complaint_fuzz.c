/* SPDX-License-Identifier: Apache-2.0 */
/* What a signaling server complains of: whatever it is, what people are shown is short and printable. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "swarm/signaling/signal_complaint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char text[SIGNAL_COMPLAINT_MAX + 1];
    memset(text, 'x', sizeof text);
    signal_complaint_read((struct span){data, size}, text);
    const size_t length = strnlen(text, sizeof text);
    must_le(length, SIGNAL_COMPLAINT_MAX);
    for (size_t i = 0; i < length; i++) must(text[i] >= ' ' && text[i] < 0x7f);
    return 0;
}
