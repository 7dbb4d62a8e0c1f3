/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/advert.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

/* ---- What holds of every advert ---- */

static bool are_ascending(const struct object_id *ids, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (object_id_compare(&ids[i - 1], &ids[i]) >= 0) return false;
    return true;
}

/* Both ascend. */
static bool have_common(const struct checked_advert *advert) {
    size_t hold = 0, drop = 0;
    while (hold < advert->hold_count && drop < advert->drop_count) {
        const int order = object_id_compare(&advert->holds[hold], &advert->drops[drop]);
        if (order == 0) return true;
        if (order < 0) {
            hold++;
        } else {
            drop++;
        }
    }
    return false;
}

static enum refusal whole_check(const struct checked_advert *advert) {
    if (!are_ascending(advert->holds, advert->hold_count) || !are_ascending(advert->drops, advert->drop_count) ||
        have_common(advert))
        return REFUSAL_ADVERT_IDS;
    if (advert->page >= advert->pages || advert->pages > ADVERT_PAGES_MAX) return REFUSAL_ADVERT_PAGE;
    if (advert->until_ms <= advert->at_ms || advert->until_ms - advert->at_ms > ADVERT_LIFE_MS_MAX)
        return REFUSAL_ADVERT_UNTIL;
    return REFUSAL_NONE;
}

/* ---- The check ---- */

static const struct object_id *ids_read(struct members *m, const char *name, size_t count_max, struct arena *arena,
                                        size_t *count) {
    const struct json_value *array = members_array(m, name, count_max);
    *count = json_array_count(array);
    if (*count == 0) return NULL;
    struct object_id *ids = arena_take(arena, *count * sizeof *ids);
    if (ids == NULL) {
        members_refuse(m, REFUSAL_NO_ROOM);
    } else if (!object_ids_read(array, ids)) {
        members_refuse(m, REFUSAL_ADVERT_IDS);
    }
    return ids;
}

static void times_and_page_read(struct members *m, struct checked_advert *advert) {
    advert->page = (uint8_t)members_integer(m, "page", 0, ADVERT_PAGES_MAX - 1);
    advert->pages = (uint8_t)members_integer(m, "pages", 1, ADVERT_PAGES_MAX);
    advert->until_ms = members_integer(m, "until", 0, IDENTITY_TIME_MS_MAX);
}

enum refusal advert_check(const struct checked_record *record, struct arena *arena, struct checked_advert *advert) {
    struct members m = members_of(record->body);
    if (!span_equal_text(record->type, ADVERT_TYPE)) return REFUSAL_RECORD_TYPE_OTHER;
    *advert = (struct checked_advert){.id = record->id, .node = record->node_id, .at_ms = record->at_ms};
    times_and_page_read(&m, advert);
    advert->holds = ids_read(&m, "holds", ADVERT_HOLDS_MAX, arena, &advert->hold_count);
    if (json_member(record->body, "drop") != NULL)
        advert->drops = ids_read(&m, "drop", ADVERT_DROPS_MAX, arena, &advert->drop_count);
    return m.refusal != REFUSAL_NONE ? m.refusal : whole_check(advert);
}

/* ---- The way out ---- */

static bool is_draft_valid(const struct advert_draft *draft) {
    const struct checked_advert advert = {.at_ms = draft->at_ms,
                                          .until_ms = draft->until_ms,
                                          .page = draft->page,
                                          .pages = draft->pages,
                                          .hold_count = draft->hold_count,
                                          .holds = draft->holds,
                                          .drop_count = draft->drop_count,
                                          .drops = draft->drops};
    return draft->hold_count <= ADVERT_HOLDS_MAX && draft->drop_count <= ADVERT_DROPS_MAX &&
           whole_check(&advert) == REFUSAL_NONE;
}

bool advert_build(struct buffer *out, const struct advert_draft *draft) {
    struct json_writer w = json_writer_into(out);
    if (!is_draft_valid(draft)) return false;
    json_open_object(&w, NULL);
    json_put_integer(&w, "at", draft->at_ms);
    if (draft->drop_count > 0) object_ids_put(&w, "drop", draft->drops, draft->drop_count);
    object_ids_put(&w, "holds", draft->holds, draft->hold_count);
    json_put_integer(&w, "page", draft->page);
    json_put_integer(&w, "pages", draft->pages);
    json_put_text(&w, "type", ADVERT_TYPE);
    json_put_integer(&w, "until", draft->until_ms);
    json_close_object(&w);
    return !out->overflowed;
}
