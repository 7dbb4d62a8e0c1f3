/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Why a signaling server will not have a client: the "msg" in the payload of its ERROR or ID-TAKEN, as far as it can be
 * shown to people.
 * Owns: nothing.   Never: gives more than printable ASCII, an escape as it was written.   Full: it is cut. */

#include "base/bytes.h"

enum { SIGNAL_COMPLAINT_MAX = 96 };

/* Any bytes. Empty: it says nothing. */
void signal_complaint_read(struct span payload, char text[SIGNAL_COMPLAINT_MAX + 1]);
