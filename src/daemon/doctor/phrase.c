/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/doctor/phrase.h"

#include <inttypes.h>
#include <stdio.h>

#include "swarm/observe/finding.h"

enum { KIB = 1024, MIB = 1024 * 1024 };

struct phrase phrase_span(int64_t span_ms) {
    struct phrase phrase = {{0}};
    struct buffer out = buffer_over((uint8_t *)phrase.text, sizeof phrase.text - 1);
    finding_write_span(&out, span_ms);
    return phrase;
}

struct phrase phrase_ms(double ms) {
    struct phrase phrase = {"? ms"};
    if (ms >= 0) (void)snprintf(phrase.text, sizeof phrase.text, "%.1f ms", ms);
    return phrase;
}

struct phrase phrase_percent(double share) {
    struct phrase phrase = {"? %"};
    if (share >= 0) (void)snprintf(phrase.text, sizeof phrase.text, "%.1f %%", share * 100);
    return phrase;
}

struct phrase phrase_count(int64_t count) {
    struct phrase phrase = {"?"};
    if (count >= 0) (void)snprintf(phrase.text, sizeof phrase.text, "%" PRId64, count);
    return phrase;
}

struct phrase phrase_bytes(int64_t bytes) {
    struct phrase phrase = {"?"};
    if (bytes >= MIB) {
        (void)snprintf(phrase.text, sizeof phrase.text, "%.1f MiB", (double)bytes / MIB);
    } else if (bytes >= 0) {
        (void)snprintf(phrase.text, sizeof phrase.text, "%" PRId64 " KiB", (bytes + KIB - 1) / KIB);
    }
    return phrase;
}
