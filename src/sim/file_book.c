/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/file_book.h"

#include "base/memory.h"
#include "base/must.h"

enum { PARTS_FIRST = 256 };

void file_book_deinit(struct file_book *book) {
    for (size_t i = 0; i < book->count; i++) made_file_free(book->files[i]);
    memory_free(book->files);
    memory_free(book->parts);
    map_free(book->by_id);
    *book = (struct file_book){0};
}

static void enter(struct file_book *book, uint32_t number) {
    const struct file_book_part *part = &book->parts[number];
    const struct object_id id = made_file_part(book->files[part->file], part->place).id;
    must(map_put(book->by_id, &id, number));
}

static void grow(struct file_book *book, size_t needed) {
    size_t capacity = book->part_capacity == 0 ? PARTS_FIRST : book->part_capacity;
    while (capacity < needed) capacity *= 2;
    if (capacity == book->part_capacity) return;
    book->parts = memory_resized(book->parts, capacity * sizeof *book->parts);
    book->part_capacity = capacity;
    map_free(book->by_id);
    book->by_id = map_new(capacity, sizeof(struct object_id), capacity);
    must(book->by_id != NULL);
    for (uint32_t i = 0; i < book->part_count; i++) enter(book, i);
}

void file_book_add(struct file_book *book, struct made_file *file) {
    const uint32_t number = (uint32_t)book->count;
    book->files = memory_resized(book->files, (book->count + 1) * sizeof(struct made_file *));
    book->files[book->count++] = file;
    file->number = number;
    grow(book, book->part_count + file->part_count);
    for (uint32_t place = 0; place < file->part_count; place++) {
        book->parts[book->part_count] = (struct file_book_part){number, place};
        enter(book, (uint32_t)book->part_count++);
    }
}

const struct made_file *file_book_find(const struct file_book *book, const struct object_id *id, uint32_t *place) {
    uint32_t number;
    if (book->by_id == NULL || !map_find(book->by_id, id, &number)) return NULL;
    if (place != NULL) *place = book->parts[number].place;
    return book->files[book->parts[number].file];
}
