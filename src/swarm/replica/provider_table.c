/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/provider_table.h"

#include "base/deadline.h"
#include "base/memory.h"
#include "base/must.h"

enum { EXPIRE_AT_ONCE = 64 };

static size_t bucket_count_for(size_t claims) {
    size_t count = 64;
    while (count < claims / 2) count *= 2;
    return count;
}

bool provider_table_init(struct provider_table *table, const struct provider_sizes *sizes, uint64_t seed) {
    *table = (struct provider_table){
        .providers = memory_try_zeroed(sizes->providers, sizeof *table->providers),
        .pages = memory_try_zeroed(sizes->pages, sizeof *table->pages),
        .claims = memory_try_zeroed(sizes->claims, sizeof *table->claims),
        .places = map_new(sizes->providers, sizeof(struct node_id), seed),
        .provider_capacity = sizes->providers,
        .page_capacity = sizes->pages,
        .claim_capacity = sizes->claims,
        .bucket_count = bucket_count_for(sizes->claims),
        .seed = seed,
        .next_expiry_ms = INT64_MAX,
    };
    table->files = memory_try_zeroed(table->bucket_count, sizeof *table->files);
    return table->providers != NULL && table->pages != NULL && table->claims != NULL && table->places != NULL &&
           table->files != NULL;
}

void provider_table_deinit(struct provider_table *table) {
    memory_free(table->providers);
    memory_free(table->pages);
    memory_free(table->claims);
    memory_free(table->files);
    map_free(table->places);
}

static uint16_t place_of(const struct provider_table *table, const struct provider *provider) {
    return (uint16_t)(provider - table->providers);
}

static uint32_t *bucket_of(const struct provider_table *table, const struct object_half *file) {
    const uint64_t hash = map_hash((struct span){file->bytes, sizeof file->bytes}, table->seed, 0);
    return &table->files[hash & (table->bucket_count - 1)];
}

/* ---- Claims ---- */

void claim_prove(struct claim *claim, int64_t now_ms) {
    claim->proved_s = (uint32_t)(now_ms / 1000) + 1;
    claim->is_disproved = false;
}

bool claim_is_proved(const struct claim *claim, int64_t within_ms, int64_t now_ms) {
    return claim->proved_s != 0 && now_ms - (int64_t)(claim->proved_s - 1) * 1000 < within_ms;
}

static struct claim *next_in(const struct provider_table *table, uint32_t from, const struct object_half *file) {
    while (from != 0 && !object_half_equal(&table->claims[from - 1].file, file))
        from = table->claims[from - 1].next_of_file;
    return from == 0 ? NULL : &table->claims[from - 1];
}

struct claim *provider_table_next(const struct provider_table *table, const struct object_id *file,
                                  const struct claim *claim) {
    const struct object_half half = object_half_of(file);
    return next_in(table, claim == NULL ? *bucket_of(table, &half) : claim->next_of_file, &half);
}

static struct claim *find_claim(const struct provider_table *table, const struct object_id *file, uint16_t provider) {
    struct claim *claim = provider_table_next(table, file, NULL);
    while (claim != NULL && claim->provider != provider) claim = provider_table_next(table, file, claim);
    return claim;
}

struct claim *provider_table_claim(const struct provider_table *table, const struct object_id *file,
                                   const struct node_id *node) {
    const struct provider *provider = provider_table_find(table, node);
    return provider == NULL ? NULL : find_claim(table, file, place_of(table, provider));
}

static void leave_file(struct provider_table *table, uint32_t place) {
    uint32_t *at = bucket_of(table, &table->claims[place - 1].file);
    while (*at != place) at = &table->claims[*at - 1].next_of_file;
    *at = table->claims[place - 1].next_of_file;
}

static void leave_page(struct provider_table *table, uint32_t place) {
    struct advert_page *page = &table->pages[table->claims[place - 1].page];
    uint32_t *at = &page->first_claim;
    while (*at != place) at = &table->claims[*at - 1].next_of_page;
    *at = table->claims[place - 1].next_of_page;
    page->claim_count--;
}

/* It is in no page any more. */
static void remove_claim(struct provider_table *table, uint32_t place) {
    struct claim *claim = &table->claims[place - 1];
    leave_file(table, place);
    table->providers[claim->provider].claim_count--;
    *claim = (struct claim){.next_of_file = table->free_claim};
    table->free_claim = place;
    table->claim_count--;
}

static void empty_page(struct provider_table *table, struct advert_page *page) {
    while (page->first_claim != 0) {
        const uint32_t place = page->first_claim;
        leave_page(table, place);
        remove_claim(table, place);
    }
}

static void enter_page(struct provider_table *table, uint32_t place, uint16_t page) {
    struct claim *claim = &table->claims[place - 1];
    claim->page = page;
    claim->next_of_page = table->pages[page].first_claim;
    table->pages[page].first_claim = place;
    table->pages[page].claim_count++;
}

/* Of who claims most: that has to be more than the newcomer does. */
static bool make_claim_room(struct provider_table *table, const struct provider *newcomer) {
    const struct provider *greedy = newcomer;
    for (size_t i = 0; i < table->provider_capacity; i++) {
        const struct provider *at = &table->providers[i];
        if (at->in_use && at->claim_count > greedy->claim_count) greedy = at;
    }
    if (greedy == newcomer) return false;
    uint16_t page = greedy->first_page;
    while (page != 0 && table->pages[page - 1].claim_count == 0) page = table->pages[page - 1].next_of_provider;
    must(page != 0);
    empty_page(table, &table->pages[page - 1]);
    return true;
}

static bool may_claim(struct provider_table *table, const struct provider *provider, const struct object_id *file) {
    if (provider->claim_count >= LIMIT_CLAIMS_PER_PROVIDER) return false;
    if (table->claim_count < table->claim_capacity / 4 * 3) return true;
    if (table->catalog != NULL && catalog_find(table->catalog, file) == NULL) return false;
    return table->claim_count < table->claim_capacity || make_claim_room(table, provider);
}

static void add_claim(struct provider_table *table, struct provider *provider, uint16_t page,
                      const struct object_id *file) {
    if (!may_claim(table, provider, file)) return;
    uint32_t place = table->free_claim;
    if (place != 0) {
        table->free_claim = table->claims[place - 1].next_of_file;
    } else {
        must_le(table->claim_end + 1, table->claim_capacity);
        place = (uint32_t)++table->claim_end;
    }
    struct claim *claim = &table->claims[place - 1];
    *claim = (struct claim){.file = object_half_of(file), .provider = place_of(table, provider)};
    uint32_t *bucket = bucket_of(table, &claim->file);
    claim->next_of_file = *bucket;
    *bucket = place;
    enter_page(table, place, page);
    provider->claim_count++;
    table->claim_count++;
}

/* ---- Pages ---- */

static struct advert_page *find_page(const struct provider_table *table, const struct provider *provider,
                                     uint8_t number) {
    for (uint16_t at = provider->first_page; at != 0; at = table->pages[at - 1].next_of_provider)
        if (table->pages[at - 1].number == number) return &table->pages[at - 1];
    return NULL;
}

static void tell_forgotten(const struct provider_table *table, const struct advert_page *page) {
    if (table->forget != NULL) table->forget(table->context, &page->id, page->at_ms);
}

static void remove_page(struct provider_table *table, struct advert_page *page) {
    struct provider *provider = &table->providers[page->provider];
    const uint16_t place = (uint16_t)(page - table->pages + 1);
    uint16_t *at = &provider->first_page;
    while (*at != place) at = &table->pages[*at - 1].next_of_provider;
    *at = page->next_of_provider;
    provider->page_count--;
    table->page_count--;
    empty_page(table, page);
    tell_forgotten(table, page);
    *page = (struct advert_page){0};
}

static bool make_page_room(struct provider_table *table, const struct provider *newcomer) {
    const struct provider *greedy = newcomer;
    for (size_t i = 0; i < table->provider_capacity; i++) {
        const struct provider *at = &table->providers[i];
        if (at->in_use && at->page_count > greedy->page_count) greedy = at;
    }
    if (greedy == newcomer) return false;
    remove_page(table, &table->pages[greedy->first_page - 1]);
    return true;
}

static struct advert_page *add_page(struct provider_table *table, struct provider *provider, uint8_t number) {
    if (table->page_count == table->page_capacity && !make_page_room(table, provider)) return NULL;
    size_t place = 0;
    while (table->pages[place].in_use) must_le(++place, table->page_capacity - 1);
    struct advert_page *page = &table->pages[place];
    *page = (struct advert_page){.in_use = true,
                                 .number = number,
                                 .provider = place_of(table, provider),
                                 .next_of_provider = provider->first_page};
    provider->first_page = (uint16_t)(place + 1);
    provider->page_count++;
    table->page_count++;
    return page;
}

/* Marks what it claims already, wherever it did. */
static void mark_named(struct provider_table *table, uint16_t page, const struct checked_advert *advert) {
    for (size_t i = 0; i < advert->hold_count; i++) {
        struct claim *claim = find_claim(table, &advert->holds[i], table->pages[page].provider);
        if (claim == NULL) continue;
        claim->is_named = true;
        if (claim->page == page) continue;
        const uint32_t place = (uint32_t)(claim - table->claims + 1);
        leave_page(table, place);
        enter_page(table, place, page);
    }
}

/* What the page named before and names no more goes; what stays keeps what was proved of it. */
static void fill_page(struct provider_table *table, struct advert_page *page, const struct checked_advert *advert) {
    struct provider *provider = &table->providers[page->provider];
    const uint16_t own = (uint16_t)(page - table->pages);
    mark_named(table, own, advert);
    uint32_t place = page->first_claim;
    page->first_claim = 0;
    page->claim_count = 0;
    while (place != 0) {
        const uint32_t next = table->claims[place - 1].next_of_page;
        if (table->claims[place - 1].is_named) {
            table->claims[place - 1].is_named = false;
            enter_page(table, place, own);
        } else {
            remove_claim(table, place);
        }
        place = next;
    }
    for (size_t i = 0; i < advert->hold_count; i++)
        if (find_claim(table, &advert->holds[i], page->provider) == NULL)
            add_claim(table, provider, own, &advert->holds[i]);
}

/* ---- Providers ---- */

struct provider *provider_table_find(const struct provider_table *table, const struct node_id *node) {
    uint32_t place;
    return map_find(table->places, node, &place) ? &table->providers[place] : NULL;
}

static void remove_provider(struct provider_table *table, struct provider *provider) {
    while (provider->first_page != 0) remove_page(table, &table->pages[provider->first_page - 1]);
    must(map_remove(table->places, &provider->node));
    *provider = (struct provider){0};
    table->provider_count--;
}

/* One without a page is expired. */
static bool is_worth_less(const struct provider *a, const struct provider *b) {
    if ((a->page_count == 0) != (b->page_count == 0)) return a->page_count == 0;
    if ((a->gone_since_ms != 0) != (b->gone_since_ms != 0)) return a->gone_since_ms != 0;
    if (a->standing != b->standing) return a->standing < b->standing;
    return a->order > b->order;
}

static bool make_provider_room(struct provider_table *table, enum provider_standing standing) {
    struct provider *out = NULL;
    for (size_t i = 0; i < table->provider_capacity; i++) {
        struct provider *at = &table->providers[i];
        if (!at->in_use || at->links > 0) continue;
        const bool may_go = at->page_count == 0 || at->gone_since_ms != 0 || at->standing < standing;
        if (may_go && (out == NULL || is_worth_less(at, out))) out = at;
    }
    if (out == NULL) return false;
    remove_provider(table, out);
    return true;
}

static struct provider *add_provider(struct provider_table *table, const struct node_id *node,
                                     enum provider_standing standing) {
    if (table->provider_count == table->provider_capacity && !make_provider_room(table, standing)) return NULL;
    size_t place = 0;
    while (table->providers[place].in_use) must_le(++place, table->provider_capacity - 1);
    table->providers[place] = (struct provider){.in_use = true,
                                                .standing = standing,
                                                .links = standing == PROVIDER_LINKED,
                                                .pages = 1,
                                                .node = *node,
                                                .order = table->next_order++};
    table->provider_count++;
    must(map_put(table->places, node, (uint32_t)place));
    return &table->providers[place];
}

void provider_table_linked(struct provider_table *table, const struct node_id *node, bool is_linked) {
    struct provider *provider = provider_table_find(table, node);
    if (provider == NULL) return;
    if (!is_linked) {
        if (provider->links > 0) provider->links--;
        return;
    }
    provider->links++;
    provider->standing = PROVIDER_LINKED;
    provider->gone_since_ms = 0;
}

/* ---- Adverts ---- */

static bool is_newer(const struct checked_advert *advert, const struct advert_page *page) {
    if (advert->at_ms != page->at_ms) return advert->at_ms > page->at_ms;
    return object_id_compare(&advert->id, &page->id) > 0;
}

static void drop_pages_from(struct provider_table *table, struct provider *provider, uint8_t number) {
    for (uint16_t at = provider->first_page; at != 0;) {
        struct advert_page *page = &table->pages[at - 1];
        at = page->next_of_provider;
        if (page->number >= number) remove_page(table, page);
    }
}

static void drop_claims(struct provider_table *table, const struct provider *provider,
                        const struct checked_advert *advert) {
    for (size_t i = 0; i < advert->drop_count; i++) {
        const struct claim *claim = find_claim(table, &advert->drops[i], place_of(table, provider));
        if (claim == NULL || table->pages[claim->page].at_ms > advert->at_ms) continue;
        const uint32_t place = (uint32_t)(claim - table->claims + 1);
        leave_page(table, place);
        remove_claim(table, place);
    }
}

bool provider_table_take(struct provider_table *table, const struct advert_arrival *arrival, int64_t now_ms) {
    const struct checked_advert *advert = arrival->advert;
    struct provider *provider = provider_table_find(table, &advert->node);
    if (arrival->expires_ms <= now_ms) return false;
    if (provider == NULL) provider = add_provider(table, &advert->node, arrival->standing);
    if (provider == NULL) return false;
    if (arrival->standing > provider->standing) provider->standing = arrival->standing;
    const bool is_newest = advert->at_ms > provider->newest_at_ms;
    if (!is_newest && advert->page >= provider->pages) return false;
    struct advert_page *page = find_page(table, provider, advert->page);
    if (page != NULL && (object_id_equal(&page->id, &advert->id) || !is_newer(advert, page)))
        return object_id_equal(&page->id, &advert->id);
    if (page != NULL) {
        tell_forgotten(table, page);
    } else {
        page = add_page(table, provider, advert->page);
    }
    if (page == NULL) return false;
    page->id = advert->id;
    page->at_ms = advert->at_ms;
    page->expires_ms = arrival->expires_ms;
    table->next_expiry_ms = deadline_earlier(table->next_expiry_ms, page->expires_ms);
    fill_page(table, page, advert);
    drop_claims(table, provider, advert);
    if (!is_newest) return true;
    provider->newest_at_ms = advert->at_ms;
    provider->pages = advert->pages;
    drop_pages_from(table, provider, advert->pages);
    return true;
}

bool provider_table_expire(struct provider_table *table, int64_t now_ms) {
    size_t expired = 0;
    if (now_ms < table->next_expiry_ms) return false;
    table->next_expiry_ms = INT64_MAX;
    for (size_t i = 0; i < table->page_capacity; i++) {
        struct advert_page *page = &table->pages[i];
        if (page->in_use && page->expires_ms <= now_ms && expired < EXPIRE_AT_ONCE) {
            remove_page(table, page);
            expired++;
        } else if (page->in_use) {
            table->next_expiry_ms = deadline_earlier(table->next_expiry_ms, page->expires_ms);
        }
    }
    return expired > 0;
}

void provider_table_age(struct provider_table *table, int64_t by_ms) {
    for (size_t i = 0; i < table->page_capacity; i++)
        if (table->pages[i].in_use) table->pages[i].expires_ms -= by_ms;
    if (table->next_expiry_ms != INT64_MAX) table->next_expiry_ms -= by_ms;
}
