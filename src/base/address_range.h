/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A network: all IP addresses that begin with the same bits, as people write it ("10.0.0.0/8", or one address alone).
 * Never: asks the system, takes bits behind the prefix that are not zero (whoever wrote them meant something else). */

#include "base/address.h"

struct address_range {
    struct address first; /* port 0, all bits behind the prefix zero */
    unsigned bits;
};

enum { ADDRESS_RANGE_TEXT_MAX = ADDRESS_TEXT_MAX + 4 };

/* "192.0.2.0/24", "2001:db8::/32", or an address without a slash, which is a network of one. */
bool address_range_read(struct span text, struct address_range *range);
void address_range_write(struct buffer *out, const struct address_range *range);
/* Whatever its port is. */
bool address_range_has(const struct address_range *range, const struct address *address);
