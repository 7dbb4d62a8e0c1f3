/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One candidate of ICE as a line of text: an address where an end may be reached, and where it has it from.
 *
 *     candidate:842163049 1 udp 1677729535 203.0.113.9 50912 typ srflx raddr 192.0.2.7 rport 50912 generation 0
 *
 * It is read into its parts and written again in one form, so that nothing of a stranger's text but what was understood
 * goes on to a library.
 * Owns: nothing.   Never: allocates, resolves a name.   Full: a line over ICE_CANDIDATE_LINE_MAX is refused.
 * Spec: RFC 8839 section 5.1, RFC 8445. */

#include "base/address.h"
#include "swarm/refusal.h"

enum {
    ICE_CANDIDATE_LINE_MAX = 512, /* browsers write about 150 */
    ICE_CANDIDATE_TEXT_MAX = 256, /* what we write, with its NUL: ten words, each bounded */
    ICE_FOUNDATION_MAX = 32,      /* RFC 8839: 1*32ice-char */
};
/* The better first. */
enum ice_candidate_kind { ICE_CANDIDATE_HOST, ICE_CANDIDATE_SRFLX, ICE_CANDIDATE_PRFLX, ICE_CANDIDATE_RELAY };
const char *ice_candidate_kind_name(enum ice_candidate_kind kind); /* "srflx" */

struct ice_candidate {
    char foundation[ICE_FOUNDATION_MAX + 1];
    uint16_t component; /* 1..256 */
    bool is_udp;
    uint32_t priority;
    struct address address; /* ADDRESS_NONE: a name, as browsers hide their own addresses ("....local") */
    enum ice_candidate_kind kind;
    struct address related; /* of reflexive and relayed ones; ADDRESS_NONE when it was not said */
};

/* With or without "a=" and line end. What stands behind the related address (generation, ufrag, network-cost) is
 * skipped. CANDIDATE_SIZE, _SYNTAX, _NUMBER, _ADDRESS, _TYPE. */
enum refusal ice_candidate_read(struct span line, struct ice_candidate *candidate);
/* A data channel can use it: UDP, component 1, an address and a port to send to. Others are no mistake; they are left
 * out. */
bool ice_candidate_is_usable(const struct ice_candidate *candidate);
/* "candidate:..." without "a="; NUL-terminated. Only of those that have an address. */
void ice_candidate_write(const struct ice_candidate *candidate, char text[ICE_CANDIDATE_TEXT_MAX]);
