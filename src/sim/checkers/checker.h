/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What must hold in every run, whatever goes wrong in it. A checker looks at the engines through engine_view and says
 * what it does not like; the first word is kept and ends the run.
 * Owns: nothing.   Never: changes anything it looks at. */

#include <stddef.h>
#include <stdint.h>

struct world;
struct host;

enum { VIOLATION_MAX = 255, ONE_SIDED_MAX = 4096 };
struct one_sided { /* a link that is open at `node`, and not at `peer` */
    uint32_t node, peer;
    uint32_t link; /* the node's: a new one in its place is another matter */
    int64_t since_ms;
};
struct checker_state {
    char violation[VIOLATION_MAX + 1]; /* empty = none */
    int64_t disturbed_at_ms;           /* the last cut or heal */
    size_t one_sided_count;            /* owner: symmetry */
    struct one_sided one_sided[ONE_SIDED_MAX];
};
/* Notes a violation; only the first counts. */
void checker_fail(struct checker_state *state, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same when `value` is more than `max` of `what` may be. */
void checker_bound(struct checker_state *state, uint32_t node, const char *what, size_t value, size_t max);

void checkers_step(struct checker_state *state, const struct world *world);   /* after everything that happens */
void checkers_second(struct checker_state *state, const struct world *world); /* every virtual second */

/* One file each. */
void check_pace(struct checker_state *state, const struct world *world);       /* no engine spins */
void check_views(struct checker_state *state, const struct world *world);      /* tables and views within bounds */
void check_capacities(struct checker_state *state, const struct world *world); /* what else must not grow */
void check_dials(struct checker_state *state, const struct world *world);      /* nobody is dialled too often */
void check_symmetry(struct checker_state *state, const struct world *world);   /* what is open is so at both ends */
void check_undead(struct checker_state *state, const struct world *world);     /* no link to who died long ago */
void check_links(struct checker_state *state, const struct world *world);      /* one living link to each peer */
void check_records(struct checker_state *state, const struct world *world);    /* each once, and none that is wrong */
void check_files(struct checker_state *state, const struct world *world);      /* right, whole, and not lost */
void check_transport(struct checker_state *state, const struct world *world);  /* no connection without its link */
