/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* findings (0a): how the sender sees this very link and the node at its other end, which asked for it (examine).
 * Figures and words of our own tables alone, so that nothing of a stranger's own wording reaches a terminal or a page;
 * a reason that we do not know is "something else" (INTERNAL). What is not known is negative here, null on the wire.
 * Spec: WIRE W19. */

#include "base/address.h"
#include "swarm/limits.h"
#include "swarm/reason.h"
#include "swarm/wire/examine.h"

#define FINDINGS_MS_MAX    ((INT64_C(1) << 53) - 1) /* what every reader of JSON tells apart */
#define FINDINGS_BYTES_MAX INT64_C(0xffffffff)
enum { FINDINGS_PPM_MAX = 1000000 };

struct findings {
    uint8_t nonce[EXAMINE_NONCE_SIZE]; /* of the question */
    bool is_inbound;                   /* there: the asker dialled */
    bool is_guest;                     /* there: the asker has no place in its active view */
    int64_t open_ms;                   /* so long the link has been open there */
    int64_t rtt_ms;
    int64_t loss_in_ppm, loss_out_ppm; /* its count of what it got, and of what it sent */
    int64_t unsent_bytes;              /* that wait there to be sent to the asker */
    int64_t skew_ms;                   /* the asker's clock less its own, by the asker's hello */
    struct address seen;               /* the asker's end of the link, as it sees it */
    int64_t tested_ago_ms;             /* it dialled the asker's address when asked to (probe) so long ago */
    enum reason test_reason;           /* how that ended; NONE: it got through */
    enum reason in_reason;             /* what a call of the asker's would be refused with now; NONE: nothing */
    enum reason out_reason;            /* why it would not call the asker; NONE: it would */
    enum reason last_reason;           /* how the last link or dial before this one ended; NONE: none, or not known */
};
enum refusal findings_check(struct span body, const struct verifier *verifier, struct arena *arena,
                            const void **checked);
void findings_build(struct buffer *out, const struct findings *findings);
