/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The panel of the snapshot that tells how the content is kept: how much there is, what did not verify, and how far the
 * reading of all of it has come. The files themselves are too many for it.   Owns: nothing.   Spec:
 * docs/developers/api.md.
 */

#include "daemon/api/look.h"

bool content_panel_is_known(const struct look *look);
void content_panel_write(struct json_writer *w, const struct look *look);
