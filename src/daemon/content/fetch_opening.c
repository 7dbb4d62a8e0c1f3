/* SPDX-License-Identifier: Apache-2.0 */
/* From the manifest of a wanted file to its chunks: what of it lies here, its lists, and whether their root is the one
 * that was signed. */
#include "daemon/content/fetch_state.h"

#include "base/memory.h"

/* The author says which one it is; what has that name here may be something else, or go with another file. */
static void is_there(void *context, const struct content_place *place) {
    struct fetch *fetch = context;
    if (!fetch_call_back(fetch)) return;
    const bool is_it = place->answer == CONTENT_OK && place->kind == OBJECT_CHUNK && !place->is_chunk &&
                       place->size == file_chunk_sealed_size(&fetch->manifest->shape, 0);
    if (is_it) {
        fetch->is_content_synced = true;
        fetch_enter(fetch, WHOLE);
        fetch_end_if_whole(fetch);
    } else {
        fetch_enter(fetch, CHUNKS);
    }
}

/* Its chunks may all be there: of one whose lists were lost. */
static void enter_chunks(struct fetch *fetch) {
    const bool is_complete = content_file_row(fetch->file).is_complete;
    fetch_enter(fetch, is_complete ? WHOLE : CHUNKS);
    if (is_complete) fetch_completed(fetch);
}

bool fetch_has_all_lists(const struct fetch *fetch) {
    const uint32_t count = fetch->manifest->shape.list_count;
    for (uint32_t list = 0; list < (count == 0 ? 1 : count); list++)
        if (!content_file_has_list(fetch->file, list)) return false;
    return true;
}

static void opened(void *context, struct content_file *file, const struct content_result *result) {
    struct fetch *fetch = context;
    if (!fetch_call_back(fetch)) {
        content_file_close(file);
        return;
    }
    const bool is_full = result->answer == CONTENT_FULL;
    if (is_full && !fetch_may_have_room(fetch, file_sealed_size(&fetch->manifest->shape))) {
        fetch_end(fetch, result->detail);
    } else if (result->answer != CONTENT_OK) {
        fetch_stick(fetch, result->detail);
    } else {
        fetch->file = file;
        if (content_file_row(file).is_complete && fetch_has_all_lists(fetch)) {
            enter_chunks(fetch);
        } else if (fetch->manifest->shape.list_count == 0) {
            fetch_put_only_id(fetch);
        } else if (fetch_has_all_lists(fetch)) {
            fetch_check_root(
                fetch); /* not by way of LISTS: the engine would be told that no part is known to be missing */
        } else {
            fetch_enter(fetch, LISTS);
        }
    }
}

void fetch_open_file(struct fetch *fetch) {
    const struct checked_manifest *manifest = fetch->manifest;
    if (!fetch->options.callbacks.may_hold(fetch->options.context, fetch, file_sealed_size(&manifest->shape))) {
        fetch_end(fetch, "it is larger than it was offered as");
        return;
    }
    fetch_enter(fetch, OPENING);
    tether_call(&fetch->tether);
    if (fetch_is_small(fetch)) {
        content_store_find(fetch->options.store, &manifest->lists[0], is_there, fetch);
    } else {
        content_store_open_file(fetch->options.store, &fetch->id, &manifest->shape, fetch->role, opened, fetch);
    }
}

static void only_id_put(void *context, const struct content_result *result) {
    struct fetch *fetch = context;
    if (!fetch_call_back(fetch)) return;
    if (result->answer == CONTENT_OK) {
        enter_chunks(fetch);
    } else {
        fetch_stick(fetch, result->detail);
    }
}

/* Of a file with one chunk: its id stands where the lists of others do. */
void fetch_put_only_id(struct fetch *fetch) {
    struct err_detail detail;
    const struct span ids = {fetch->manifest->lists[0].bytes, sizeof fetch->manifest->lists[0].bytes};
    tether_call(&fetch->tether);
    if (content_file_put_list(fetch->file, 0, ids, NULL, (struct content_done){only_id_put, fetch}, &detail) ==
        CONTENT_OK)
        return;
    tether_uncall(&fetch->tether);
    fetch_stick(fetch, detail.text);
}

static void root_list_loaded(void *context, const struct content_loaded *loaded);

static void load_next_list(struct fetch *fetch) {
    const struct object_id *list = &fetch->manifest->lists[fetch->cursor];
    tether_call(&fetch->tether);
    if (content_store_load(fetch->options.store, list, root_list_loaded, fetch) == CONTENT_OK) return;
    tether_uncall(&fetch->tether);
    fetch->is_stuck = true;
}

/* A contradiction of the author's: whoever sent the parts sent what was asked for. */
static void end_by_root(struct fetch *fetch) {
    fetch_end(fetch,
              "its manifest contradicts itself: the root is not that of its chunks; nobody can ever have this file");
}

static void root_list_loaded(void *context, const struct content_loaded *loaded) {
    struct fetch *fetch = context;
    const bool is_here = fetch_call_back(fetch);
    if (is_here && loaded->result.answer != CONTENT_OK) {
        fetch_stick(fetch, loaded->result.detail);
    } else if (is_here && loaded->size != file_list_size(&fetch->manifest->shape, fetch->cursor)) {
        end_by_root(fetch);
    } else if (is_here) {
        chunk_tree_add_list(&fetch->tree, (struct span){loaded->bytes, loaded->size});
        if (++fetch->cursor < fetch->manifest->shape.list_count) {
            load_next_list(fetch);
        } else if (manifest_root_check(fetch->manifest, &fetch->tree) == REFUSAL_NONE) {
            enter_chunks(fetch);
        } else {
            end_by_root(fetch);
        }
    }
    memory_free(loaded->bytes);
}

void fetch_check_root(struct fetch *fetch) {
    fetch_enter(fetch, ROOT);
    chunk_tree_init(&fetch->tree);
    load_next_list(fetch);
}
