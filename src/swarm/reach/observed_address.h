/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where our peers see us: each says so in its hello, and the address that has most of them behind it is believed. One
 * network has one voice, however many peers stand in it; one that we chose to call has three.
 * Owns: nothing; it is what the open links say.
 * Never: asks a guest (guests cost nothing to make), or a peer that does not answer probes.   Spec: WIRE W9 (seen). */

#include "base/address.h"

#include <stdbool.h>

struct engine;
struct link_row;

/* Borrowed from a link's row. NULL: nobody sees us by this family. Its port is the one of the link, not of --listen. */
const struct address *observed_address(const struct engine *engine, enum address_family family);
/* Whether the peer of this link sees us at this IP, and has a say. */
bool observed_address_is_confirmed_by(const struct link_row *link, const struct address *address);
