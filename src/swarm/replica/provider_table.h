/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which nodes say in their adverts that they hold which files: the nodes (providers), the pages of their adverts, and
 * each file that a page names (a claim). Of a page the newest advert counts, by its date, then by its id; pages beyond
 * the count that the newest names do not.
 *
 * Owns: its rows and their indices, allocated once.
 * Never: believes a claim, reads a clock, keeps what is over. Whoever loses a page tells the host, through `forget`.
 * Full: of providers, an expired one goes, then one that is gone; then a node takes the place of the newest of those
 * that mean less to us (enum provider_standing), and is not taken when there is none. Of pages, those of the provider
 * that has most go, unless that is the newcomer. Of claims, over three quarters only files that the catalog knows are
 * taken, and over all of it the provider that has most loses a page of them. So who invents nodes or files crowds out
 * himself. Spec: WIRE W21. */

#include "base/map.h"
#include "swarm/content/advert.h"
#include "swarm/content/catalog.h"

struct claim {
    struct object_half file;
    uint32_t next_of_file; /* place + 1; 0 = the last. Of a free row: the next free one */
    uint32_t next_of_page;
    uint32_t proved_s; /* the engine's second, + 1, in which it was proved to us; 0 = never */
    uint16_t provider;
    uint16_t page;     /* in the table */
    bool is_named;     /* while its page is filled anew: by that, too */
    bool is_disproved; /* it did not have it when it was asked to prove it */
};
struct advert_page {
    bool in_use;
    uint8_t number;
    uint16_t provider;
    uint16_t next_of_provider; /* place + 1 */
    uint32_t first_claim;      /* place + 1 */
    uint32_t claim_count;
    struct object_id id; /* of the record */
    int64_t at_ms;       /* by the signer's clock */
    int64_t expires_ms;  /* by ours */
};
/* What a node is to us; keys are free, so a mere name counts least. The highest that it ever had counts. */
enum provider_standing {
    PROVIDER_STRANGER,
    PROVIDER_KNOWN,  /* its ticket is in the address book, which has room for so many of one network */
    PROVIDER_LINKED, /* with us, now or before */
};
struct provider {
    bool in_use;
    enum provider_standing standing;
    uint8_t pages; /* by its newest advert */
    uint16_t links;
    uint16_t first_page; /* place + 1 */
    uint16_t page_count;
    uint32_t claim_count;
    struct node_id node;
    uint64_t order;         /* in which they came */
    int64_t newest_at_ms;   /* of its adverts, by its clock */
    int64_t gone_since_ms;  /* somebody says that it is gone, since this time of the wall clock; 0 = nobody does */
    int64_t gone_heard_ms;  /* when that came here */
    struct node_id gone_by; /* who says it */
    int64_t refuted_ms;     /* when it last showed that it was not; 0 = never */
};
/* It was proved to us just now. */
void claim_prove(struct claim *claim, int64_t now_ms);
/* It was, less than so long ago. */
bool claim_is_proved(const struct claim *claim, int64_t within_ms, int64_t now_ms);
/* What lost its place: the host need not keep it. */
typedef void provider_forget_function(void *context, const struct object_id *id, int64_t at_ms);

struct provider_table {
    struct provider *providers;
    struct advert_page *pages;
    struct claim *claims;
    uint32_t *files; /* the first claim of each bucket; place + 1 */
    struct map *places;
    size_t provider_capacity, provider_count;
    size_t page_capacity, page_count;
    size_t claim_capacity, claim_count, claim_end;
    uint32_t free_claim; /* place + 1 */
    size_t bucket_count;
    uint64_t seed, next_order;
    const struct catalog *catalog; /* borrowed: which files are worth more */
    provider_forget_function *forget;
    void *context;
    int64_t next_expiry_ms; /* no page expires before; INT64_MAX: there is none */
};
struct provider_sizes {
    size_t providers, pages, claims;
};
bool provider_table_init(struct provider_table *table, const struct provider_sizes *sizes, uint64_t seed);
void provider_table_deinit(struct provider_table *table);

/* NULL: none. */
struct provider *provider_table_find(const struct provider_table *table, const struct node_id *node);
/* A link with that node has opened, or is gone. */
void provider_table_linked(struct provider_table *table, const struct node_id *node, bool is_linked);

struct advert_arrival {
    const struct checked_advert *advert;
    int64_t expires_ms;              /* by our clock */
    enum provider_standing standing; /* LINKED: now */
};
/* False: it is older than what is known, or there is no room for its node. */
bool provider_table_take(struct provider_table *table, const struct advert_arrival *arrival, int64_t now_ms);
/* Lets go of pages that are over, a few of them; true: something changed. */
bool provider_table_expire(struct provider_table *table, int64_t now_ms);
/* The machine slept: all of them are so much older. */
void provider_table_age(struct provider_table *table, int64_t by_ms);

/* The claims of one file: `claim` NULL = the first. NULL: no more. */
struct claim *provider_table_next(const struct provider_table *table, const struct object_id *file,
                                  const struct claim *claim);
/* NULL: that node does not claim to hold it. */
struct claim *provider_table_claim(const struct provider_table *table, const struct object_id *file,
                                   const struct node_id *node);
