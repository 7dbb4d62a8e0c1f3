/* SPDX-License-Identifier: Apache-2.0 */
/* Key files: what is read as a key is written as the one text of that key, which reads as the same key. */
#include "fuzz_target.h"

#include "base/must.h"
#include "crypto/key_pem.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t memory[KEY_PEM_SIZE_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    struct signing_key key, again;
    if (!key_pem_read((struct span){data, size}, &key)) return 0;
    must(key_pem_write(&key, &text));
    must(key_pem_read(buffer_span(&text), &again));
    must(memcmp(key.seed, again.seed, sizeof key.seed) == 0);
    return 0;
}
