/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The node's own doctor: diagnoses of peers, step by step, with what the other end of a link says. Each goes its way
 * beside the node's work; whoever looks (doctor_visit_at) sees the steps that there are so far.
 *
 *     begun: controls, blocks, the book -> its addresses have answered or not -> the far end has, or has not -> ended
 *
 * Owns: its visits, until DOCTOR_KEPT_MS after they ended.
 * Never: changes anything of the node, dials for a link, tries an address that the dial policy, a control or a block
 * forbids.
 * Full: DOCTOR_VISITS_MAX at once, one of each peer; of those that ended the oldest goes. */

#include "daemon/doctor/diagnosis.h"
#include "daemon/event_log.h"
#include "daemon/loop/loop.h"
#include "swarm/engine.h"

struct doctor;

enum { DOCTOR_VISITS_MAX = LIMIT_EXAMINATIONS, DOCTOR_KEPT_MS = 600000 };

struct doctor_options {
    struct loop *loop;           /* all borrowed until doctor_free */
    const struct engine *engine; /* looked at */
    struct event_log *events;    /* looked at, listened to, and told of diagnoses that ended */
    enum examine_answer (*examine)(void *context, const struct node_id *peer); /* asks a far end */
    void *context;
};
struct doctor_visit {
    uint64_t id; /* never 0 */
    struct node_id peer;
    int64_t began_at_ms, ended_at_ms; /* wall clock; ended 0 = under way */
    struct diagnosis diagnosis;
};
enum doctor_answer { DOCTOR_BEGUN, DOCTOR_UNDER_WAY /* of that peer */, DOCTOR_FULL };

struct doctor *doctor_new(const struct doctor_options *options); /* owned by the caller */
void doctor_free(struct doctor *doctor);                         /* accepts NULL */
/* Begins a diagnosis, whose id is in *id (of DOCTOR_UNDER_WAY: that one's). */
enum doctor_answer doctor_begin(struct doctor *doctor, const struct node_id *peer, uint64_t *id);
/* The nth visit, newest first; NULL: there are no more. Borrowed until the loop goes on. */
const struct doctor_visit *doctor_visit_at(const struct doctor *doctor, size_t nth);
