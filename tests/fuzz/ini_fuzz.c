/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file of any bytes: every line lies within it and is counted, whatever it holds. */
#include "fuzz_target.h"

#include "base/must.h"
#include "daemon/config/ini.h"

static void check_within(struct span inner, const uint8_t *data, size_t size) {
    if (inner.size == 0) return;
    must(inner.at >= data);
    must_le((size_t)(inner.at - data) + inner.size, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ini ini = ini_over((struct span){data, size});
    struct ini_line line;
    unsigned count = 0;
    while (ini_next(&ini, &line)) {
        must(line.number == ++count);
        check_within(line.name, data, size);
        check_within(line.value, data, size);
        must(line.kind != INI_ENTRY || line.name.size > 0);
        must(line.kind != INI_WRONG || ini_fault_sentence(line.fault)[0] != '\0');
    }
    must(ini.rest.size == 0);
    return 0;
}
