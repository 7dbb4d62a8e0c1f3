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
    const char *end = memchr(text, '\0', sizeof text);
    must(end != NULL);
    for (const char *at = text; at < end; at++) must(*at >= ' ' && *at < 0x7f);
    return 0;
}
