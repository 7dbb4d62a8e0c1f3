/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The panel "signaling": through which server this node can be called, why that one, and what stands by.
 * Owns: nothing.   Never: shows more of a server's words than the client took from it. */

#include "daemon/api/look.h"

void signaling_panel_write(struct json_writer *w, const struct look *look);
