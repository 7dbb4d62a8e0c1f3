/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How much a client would like to have one kind of answer, by its Accept header (RFC 9110, 12.5.1).
 * Owns: nothing.   Never: trusts the header; a range that is malformed is passed over. */

#include "base/bytes.h"

struct accept_kind {
    const char *type;    /* "text" */
    const char *subtype; /* "plain" */
    const char
        *version; /* "0.0.4": a range that names another version is not this kind; other parameters say nothing */
};
/* In thousandths: 0 = not at all. The most specific range that fits decides; an empty header means 1000. */
int accept_weight(struct span header, const struct accept_kind *kind);
