/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Why a link ended or never began: the words of WIRE W15, the same on the wire, in events, metrics and the command
 * line. The list is defs/reasons.def. */

#include "base/bytes.h"

enum reason {
    REASON_NONE = 0,
#define REASON(NAME, name, sentence, REDIAL, SCOPE) REASON_##NAME,
#include "reasons.def"
#undef REASON
    REASON_COUNT
};
/* May we dial again by ourselves after this? LATER: with back-off. CHANGED: not until something changed. */
enum reason_redial { REASON_REDIAL_LATER, REASON_REDIAL_CHANGED };

const char *reason_name(enum reason reason);
const char *reason_sentence(enum reason reason); /* for people, follows the peer's name */
enum reason_redial reason_redial(enum reason reason);
/* A reason that came over the wire; unknown words and the local ones give REASON_NONE. */
enum reason reason_from_wire(struct span word);
/* Any word of the list, local ones too: what a peer says of its own dial (WIRE W9, probed). NONE: there is no such. */
enum reason reason_read(struct span word);
