/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses: what is read is written in the one form, which reads as the same address and is canonical. */
#include "fuzz_target.h"

#include "base/address.h"
#include "base/must.h"

static void check_address(const struct address *address) {
    uint8_t memory[ADDRESS_TEXT_MAX];
    struct buffer text = buffer_over(memory, sizeof memory - 1);
    struct address again;
    address_write(&text, address);
    must(!text.overflowed);
    must(address_read(buffer_span(&text), &again) && address_equal(address, &again));
    must(address_read_canonical(buffer_span(&text), &again) == (address->port != 0));
    const struct address prefix = address_diversity_prefix(address);
    const struct address prefix_again = address_diversity_prefix(&prefix);
    must(address_equal(&prefix, &prefix_again));
    must(address_scope(address) <= ADDRESS_SCOPE_GLOBAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct span text = {data, size};
    struct address address;
    struct address canonical;
    const bool is_read = address_read(text, &address);
    if (is_read) check_address(&address);
    if (address_read_canonical(text, &canonical)) must(is_read && address_equal(&address, &canonical));
    if (address_read_ip(text, &address)) check_address(&address);
    return 0;
}
