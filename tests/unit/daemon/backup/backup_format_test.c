/* SPDX-License-Identifier: Apache-2.0 */
/* A small backup, and everything that may become of it on the way: each bit flipped, cut at every length, pieces turned
 * round, left out, doubled, taken from another backup. */
#include "daemon/backup/backup_reader.h"
#include "daemon/backup/backup_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "crypto/sign.h"

static const struct seal_key key = {{42}};
static const char manifest_name[] = "content/files/ab/ab00000000000000000000000000000000000000000000000000000000000000";

struct text {
    uint8_t bytes[400000];
    size_t size;
};
static struct text written, changed;
static uint8_t large[3 * BACKUP_PIECE_SIZE];

static struct backup_entry entry_of(enum backup_entry_kind kind, const char *name, uint64_t offset, uint64_t size,
                                    uint64_t whole) {
    struct backup_entry entry = {.kind = kind, .offset = offset, .size = size, .whole = whole};
    (void)span_copy_text(span_of_text(name), entry.name, sizeof entry.name);
    return entry;
}

static struct backup_entry whole_of(enum backup_entry_kind kind, uint64_t size) {
    return entry_of(kind, backup_entry_kind_name(kind), 0, size, size);
}

static void put(struct backup_writer *writer, const struct backup_entry *entry, const void *bytes) {
    assert_int_equal(backup_writer_begin(writer, entry, NULL), ERR_OK);
    assert_int_equal(backup_writer_put(writer, (struct span){bytes, (size_t)entry->size}, NULL), ERR_OK);
}

static void put_account(struct backup_writer *writer, uint64_t entries_more) {
    uint8_t memory[ACCOUNT_TEXT_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct account account = {.agent = "skep/test",
                              .made_at_ms = 1764000000000,
                              .has_files = true,
                              .files = 1,
                              .entries = backup_writer_entries(writer) + entries_more,
                              .bytes = backup_writer_bytes(writer)};
    account_write(&out, &account);
    const struct backup_entry entry = whole_of(BACKUP_ENTRY_ACCOUNT, out.size);
    put(writer, &entry, memory);
}

enum content { SMALL, LARGE, NO_STORE, WRONG_ORDER, WRONG_ACCOUNT, STORE_TWICE, OVERLAPPING };

static void put_entries(struct backup_writer *writer, enum content content) {
    const struct backup_entry store = whole_of(BACKUP_ENTRY_STORE, 5), node = whole_of(BACKUP_ENTRY_NODE_KEY, 8);
    if (content == WRONG_ORDER) put(writer, &store, "store");
    put(writer, &node, "node key");
    if (content != NO_STORE && content != WRONG_ORDER) put(writer, &store, "store");
    if (content == STORE_TWICE) put(writer, &store, "store");
    const struct backup_entry one = entry_of(BACKUP_ENTRY_SEALED, manifest_name, 100, 6, 300);
    const struct backup_entry two = entry_of(BACKUP_ENTRY_SEALED, manifest_name, 200, 7, 300);
    put(writer, content == OVERLAPPING ? &two : &one, "chunk 1");
    put(writer, content == OVERLAPPING ? &one : &two, "chunk 2");
    const struct backup_entry database = whole_of(BACKUP_ENTRY_CONTENT, content == LARGE ? sizeof large : 7);
    put(writer, &database, content == LARGE ? large : (const uint8_t *)"content");
}

static void write_it(struct text *text, enum content content) {
    const struct stretch stretch = {.passes = 3, .memory_bytes = 256 << 20};
    struct backup_writer *writer;
    const int fd = memfd_create("backup", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(backup_writer_new(&writer, fd, "backup", &stretch, &key, NULL), ERR_OK);
    put_entries(writer, content);
    put_account(writer, content == WRONG_ACCOUNT);
    assert_int_equal(backup_writer_finish(writer, NULL), ERR_OK);
    backup_writer_free(writer);
    const ssize_t size = pread(fd, text->bytes, sizeof text->bytes, 0);
    assert_true(size > 0 && (size_t)size < sizeof text->bytes);
    text->size = (size_t)size;
    (void)close(fd);
}

/* What came out of it, one after the other. */
static struct text taken;

static enum err take(void *context, struct span bytes, struct err_detail *detail) {
    (void)context;
    (void)detail;
    assert_true(taken.size + bytes.size <= sizeof taken.bytes);
    memcpy(taken.bytes + taken.size, bytes.at, bytes.size);
    taken.size += bytes.size;
    return ERR_OK;
}

static enum err read_it(const struct text *text, const struct seal_key *with, struct account *account,
                        struct err_detail *detail) {
    struct backup_reader *reader = NULL;
    const struct backup_sink sink = {.put = take};
    const int fd = memfd_create("backup", MFD_CLOEXEC);
    assert_true(fd >= 0 && pwrite(fd, text->bytes, text->size, 0) == (ssize_t)text->size);
    taken.size = 0;
    enum err err = backup_reader_open(&reader, fd, "backup", detail);
    if (err == ERR_OK) {
        backup_reader_unlock_with(reader, with);
        err = backup_reader_read(reader, &sink, account, detail);
    }
    backup_reader_free(reader);
    (void)close(fd);
    return err;
}

static bool is_refused(const struct text *text) {
    struct account account;
    struct err_detail detail = {0};
    const enum err err = read_it(text, &key, &account, &detail);
    return (err == ERR_DAMAGED || err == ERR_FOREIGN || err == ERR_REFUSED) && detail.text[0] != '\0';
}

static void what_was_written_comes_out(void **state) {
    struct account account;
    (void)state;
    write_it(&written, SMALL);
    assert_int_equal(read_it(&written, &key, &account, NULL), ERR_OK);
    assert_true(span_equal_text((struct span){taken.bytes, taken.size}, "node keystorechunk chunk 2content"));
    assert_string_equal(account.agent, "skep/test");
    assert_int_equal(account.made_at_ms, 1764000000000);
    assert_int_equal(account.entries, 5);
    for (size_t i = 0; i < sizeof large; i++) large[i] = (uint8_t)(i * 31 >> 3);
    write_it(&written, LARGE);
    assert_int_equal(read_it(&written, &key, &account, NULL), ERR_OK);
    assert_memory_equal(taken.bytes + taken.size - sizeof large, large, sizeof large);
}

static void every_flipped_bit_is_refused(void **state) {
    (void)state;
    write_it(&changed, SMALL);
    for (size_t bit = 0; bit < 8 * changed.size; bit++) {
        changed.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (!is_refused(&changed)) fail_msg("bit %zu of %zu may be flipped", bit, 8 * changed.size);
        changed.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void cut_at_any_length_it_is_refused(void **state) {
    (void)state;
    write_it(&changed, SMALL);
    for (const size_t whole = changed.size; changed.size > 0;) {
        changed.size--;
        if (!is_refused(&changed)) fail_msg("%zu of %zu bytes are enough", changed.size, whole);
    }
    write_it(&written, LARGE);
    changed = written;
    for (size_t piece = 0; BACKUP_HEAD_SIZE + piece * BACKUP_SEALED_SIZE < written.size; piece++) {
        for (size_t more = 0; more < 2; more++) {
            changed.size = BACKUP_HEAD_SIZE + piece * BACKUP_SEALED_SIZE + more;
            assert_true(is_refused(&changed));
        }
    }
}

static void something_behind_its_end_is_refused(void **state) {
    (void)state;
    write_it(&changed, SMALL);
    changed.bytes[changed.size++] = 0;
    assert_true(is_refused(&changed));
}

static uint8_t *piece_at(struct text *text, size_t piece) {
    return text->bytes + BACKUP_HEAD_SIZE + piece * BACKUP_SEALED_SIZE;
}

static void pieces_in_another_order_are_refused(void **state) {
    (void)state;
    write_it(&written, LARGE);
    changed = written;
    memcpy(piece_at(&changed, 0), piece_at(&written, 1), BACKUP_SEALED_SIZE);
    memcpy(piece_at(&changed, 1), piece_at(&written, 0), BACKUP_SEALED_SIZE);
    assert_true(is_refused(&changed));
    changed = written; /* doubled */
    memcpy(piece_at(&changed, 1), piece_at(&written, 0), BACKUP_SEALED_SIZE);
    assert_true(is_refused(&changed));
    changed = written; /* left out */
    changed.size -= BACKUP_SEALED_SIZE;
    memmove(piece_at(&changed, 1), piece_at(&written, 2), changed.size - BACKUP_HEAD_SIZE - BACKUP_SEALED_SIZE);
    assert_true(is_refused(&changed));
}

static void pieces_of_another_backup_are_refused(void **state) {
    (void)state;
    write_it(&written, SMALL);
    write_it(&changed, SMALL);
    assert_int_equal(written.size, changed.size);
    memcpy(changed.bytes + BACKUP_HEAD_SIZE, written.bytes + BACKUP_HEAD_SIZE, written.size - BACKUP_HEAD_SIZE);
    assert_true(is_refused(&changed));
}

static void another_key_is_called_another_passphrase(void **state) {
    struct account account;
    struct err_detail detail;
    const struct seal_key other = {{43}};
    (void)state;
    write_it(&written, SMALL);
    assert_int_equal(read_it(&written, &other, &account, &detail), ERR_REFUSED);
    assert_non_null(strstr(detail.text, "passphrase"));
    assert_int_equal(taken.size, 0);
}

static void what_no_backup_holds_is_refused_whoever_sealed_it(void **state) {
    static const enum content wrong[] = {NO_STORE, WRONG_ORDER, WRONG_ACCOUNT, STORE_TWICE, OVERLAPPING};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        write_it(&changed, wrong[i]);
        if (!is_refused(&changed)) fail_msg("content %d is taken", (int)wrong[i]);
    }
}

static void a_foreign_file_and_a_newer_one_are_called_that(void **state) {
    struct account account;
    struct err_detail detail;
    (void)state;
    write_it(&changed, SMALL);
    changed.bytes[19] = 2;
    assert_int_equal(read_it(&changed, &key, &account, &detail), ERR_FOREIGN);
    assert_non_null(strstr(detail.text, "newer"));
    changed.bytes[0] = 'x';
    assert_int_equal(read_it(&changed, &key, &account, &detail), ERR_FOREIGN);
    changed.size = 0;
    assert_int_equal(read_it(&changed, &key, &account, &detail), ERR_FOREIGN);
}

static void names_that_lead_elsewhere_are_no_entries(void **state) {
    static const char *const wrong[] = {
        "../skep.db",
        "/etc/passwd",
        "api.token",
        "identity/node.key/",
        "content/files/ab/../../../skep.db",
        "content/files/ab/ac00000000000000000000000000000000000000000000000000000000000000",
        "content/files/ab/AB00000000000000000000000000000000000000000000000000000000000000",
        "content/files/ab/ab0000000000000000000000000000000000000000000000000000000000000",
    };
    uint8_t memory[BACKUP_ENTRY_SIZE_MAX];
    struct backup_entry entry = entry_of(BACKUP_ENTRY_SEALED, manifest_name, 100, 6, 300);
    size_t used;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct buffer out = buffer_over(memory, sizeof memory);
        backup_entry_write(&out, &entry);
        out.size -= strlen(manifest_name);
        memory[1] = (uint8_t)strlen(wrong[i]);
        buffer_put_text(&out, wrong[i]);
        struct backup_entry got;
        assert_int_equal(backup_entry_read(buffer_span(&out), &got, &used), BACKUP_ENTRY_WRONG);
    }
}

static void an_entry_is_told_only_when_all_of_it_is_there(void **state) {
    uint8_t memory[BACKUP_ENTRY_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    const struct backup_entry entry = entry_of(BACKUP_ENTRY_SEALED, manifest_name, 100, 6, 300);
    struct backup_entry got;
    size_t used = 0;
    (void)state;
    backup_entry_write(&out, &entry);
    for (size_t size = 0; size < out.size; size++)
        assert_int_equal(backup_entry_read((struct span){memory, size}, &got, &used), BACKUP_ENTRY_SHORT);
    assert_int_equal(backup_entry_read(buffer_span(&out), &got, &used), BACKUP_ENTRY_READ);
    assert_int_equal(used, out.size);
    assert_memory_equal(&got, &entry, sizeof got);
}

static int setup(void **state) {
    (void)state;
    return sign_init() ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_comes_out),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(cut_at_any_length_it_is_refused),
        cmocka_unit_test(something_behind_its_end_is_refused),
        cmocka_unit_test(pieces_in_another_order_are_refused),
        cmocka_unit_test(pieces_of_another_backup_are_refused),
        cmocka_unit_test(another_key_is_called_another_passphrase),
        cmocka_unit_test(what_no_backup_holds_is_refused_whoever_sealed_it),
        cmocka_unit_test(a_foreign_file_and_a_newer_one_are_called_that),
        cmocka_unit_test(names_that_lead_elsewhere_are_no_entries),
        cmocka_unit_test(an_entry_is_told_only_when_all_of_it_is_there),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
