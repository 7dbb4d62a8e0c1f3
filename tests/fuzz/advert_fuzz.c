/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies of adverts: what was accepted keeps its bounds, ascends, and is built again, from what was read of it, as the
 * same advert. */
#include "content_record.h"
#include "fuzz_target.h"

#include "swarm/content/advert.h"

#include <string.h>

static _Alignas(16) uint8_t memory[2 * RECORD_ARENA_SIZE], again_memory[2 * RECORD_ARENA_SIZE];
static uint8_t body_memory[2 * RECORD_SIZE_MAX];

static void check_ids(const struct object_id *ids, size_t count, size_t count_max) {
    must_le(count, count_max);
    for (size_t i = 1; i < count; i++) must(object_id_compare(&ids[i - 1], &ids[i]) < 0);
}

static void check_bounds(const struct checked_advert *advert) {
    check_ids(advert->holds, advert->hold_count, ADVERT_HOLDS_MAX);
    check_ids(advert->drops, advert->drop_count, ADVERT_DROPS_MAX);
    must(advert->page < advert->pages && advert->pages <= ADVERT_PAGES_MAX);
    must(advert->until_ms > advert->at_ms && advert->until_ms - advert->at_ms <= ADVERT_LIFE_MS_MAX);
}

static bool are_equal(const struct object_id *a, const struct object_id *b, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!object_id_equal(&a[i], &b[i])) return false;
    return true;
}

static void check_built_again(const struct checked_advert *advert) {
    struct arena arena = arena_over(again_memory, sizeof again_memory);
    struct buffer body = buffer_over(body_memory, sizeof body_memory);
    struct checked_record record;
    struct checked_advert again;
    const struct advert_draft draft = {.at_ms = advert->at_ms,
                                       .until_ms = advert->until_ms,
                                       .page = advert->page,
                                       .pages = advert->pages,
                                       .holds = advert->holds,
                                       .hold_count = advert->hold_count,
                                       .drops = advert->drops,
                                       .drop_count = advert->drop_count};
    must(advert_build(&body, &draft));
    must(content_record_of(buffer_span(&body), &arena, &record));
    must(advert_check(&record, &arena, &again) == REFUSAL_NONE);
    must(again.page == advert->page && again.pages == advert->pages && again.until_ms == advert->until_ms);
    must(again.hold_count == advert->hold_count && are_equal(again.holds, advert->holds, again.hold_count));
    must(again.drop_count == advert->drop_count && are_equal(again.drops, advert->drops, again.drop_count));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = arena_over(memory, sizeof memory);
    struct checked_record record;
    struct checked_advert advert;
    if (!content_record_of((struct span){data, size}, &arena, &record)) return 0;
    if (advert_check(&record, &arena, &advert) != REFUSAL_NONE) return 0;
    check_bounds(&advert);
    check_built_again(&advert);
    return 0;
}
