/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The addresses of this machine's own interfaces: which private addresses are near, and where peers may dial us. One
 * that is switched off or without a carrier has none.
 * Owns: nothing.   Never: names interfaces, watches for changes.   Full: the rest is left out. */

#include "base/address.h"

/* Gives how many were found, up to `max`; the port is 0. */
size_t interface_list_addresses(struct address *addresses, size_t max);
