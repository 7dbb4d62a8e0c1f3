/* SPDX-License-Identifier: Apache-2.0 */
/* Accept headers: whatever they say, a weight is a weight; a range for anything else at the end changes nothing but
 * what nothing was said of. */
#include "fuzz_target.h"

#include "base/must.h"
#include "daemon/api/accept.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct accept_kind kind = {"text", "plain", "0.0.4"};
    uint8_t memory[4096];
    struct buffer longer = buffer_over(memory, sizeof memory);
    const int weight = accept_weight((struct span){data, size}, &kind);
    must(weight >= 0 && weight <= 1000);
    if (size == 0 || size > 4000 || memchr(data, '"', size) != NULL) return 0; /* a quote may swallow what follows */
    buffer_put(&longer, (struct span){data, size});
    buffer_put_text(&longer, ",other/kind;q=0.5");
    must(accept_weight(buffer_span(&longer), &kind) == weight || span_trimmed((struct span){data, size}).size == 0);
    return 0;
}
