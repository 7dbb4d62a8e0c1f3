/* SPDX-License-Identifier: Apache-2.0 */
/* From a data folder to a backup and back, without the programs around it. */
#include "daemon/backup/restoration.h"

#include <fcntl.h>

#include "daemon/backup/backup.h"
#include "daemon/backup/clone_mark.h"
#include "daemon/store/data_folder.h"
#include "daemon/store/folder_lock.h"
#include "daemon/store/store.h"
#include "unit/daemon/store/store_fixture.h"

static const struct span passphrase = {(const uint8_t *)"correct horse", 13};

/* A node that has run once: keys, an empty database, no content. */
static void node_make(const struct fixture *f) {
    struct loop *loop;
    struct store *store;
    struct signing_key key;
    bool was_made;
    char folder[256];
    (void)snprintf(folder, sizeof folder, "%s/node", f->folder);
    assert_true(sign_init());
    assert_int_equal(loop_new(&loop), ERR_OK);
    assert_int_equal(store_open(&store, &(struct store_options){.loop = loop, .folder = folder}, NULL), ERR_OK);
    assert_int_equal(key_file_load_or_make(folder, "node", &key, &was_made, NULL), ERR_OK);
    assert_int_equal(key_file_load_or_make(folder, "user", &key, &was_made, NULL), ERR_OK);
    store_close(store);
    loop_free(loop);
}

static enum err backup_it(const struct fixture *f, struct account *account, struct err_detail *detail) {
    char folder[256], path[256];
    (void)snprintf(folder, sizeof folder, "%s/node", f->folder);
    (void)snprintf(path, sizeof path, "%s/backup", f->folder);
    return backup_make(
        &(struct backup_options){.folder = folder, .path = path, .passphrase = passphrase, .now_ms = 1764000000000},
        account, detail);
}

static enum err restore_told(const struct fixture *f, bool (*moved)(void *context, uint64_t done, uint64_t total),
                             void *context, struct account *account, struct err_detail *detail) {
    char folder[256], path[256];
    struct backup_reader *reader;
    (void)snprintf(folder, sizeof folder, "%s/back", f->folder);
    (void)snprintf(path, sizeof path, "%s/backup", f->folder);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    enum err err = backup_reader_open(&reader, fd, path, detail);
    if (err == ERR_OK) err = backup_reader_unlock(reader, passphrase, detail);
    const struct restoration_options options = {
        .folder = folder, .reader = reader, .now_ms = 1764000001000, .moved = moved, .context = context};
    if (err == ERR_OK) err = restoration_run(&options, account, detail);
    backup_reader_free(reader);
    (void)close(fd);
    return err;
}

static enum err restore_it(const struct fixture *f, struct account *account, struct err_detail *detail) {
    return restore_told(f, NULL, NULL, account, detail);
}

static bool is_there(const struct fixture *f, const char *name) {
    return access(in_folder(f, name), F_OK) == 0;
}

static void assert_same_file(const struct fixture *f, const char *one, const char *other) {
    size_t size, other_size;
    uint8_t *bytes = file_get(in_folder(f, one), &size), *others = file_get(in_folder(f, other), &other_size);
    assert_int_equal(size, other_size);
    assert_memory_equal(bytes, others, size);
    memory_free(bytes);
    memory_free(others);
}

static void a_node_comes_back_marked(void **state) {
    const struct fixture *f = *state;
    struct account made, back;
    struct err_detail detail = {0};
    node_make(f);
    if (backup_it(f, &made, &detail) != ERR_OK) fail_msg("%s", detail.text);
    assert_int_equal(mode_of(in_folder(f, "backup")), 0600);
    assert_false(is_there(f, ".backup.part"));
    assert_false(is_there(f, "node/.backup"));
    if (restore_it(f, &back, &detail) != ERR_OK) fail_msg("%s", detail.text);
    assert_true(node_id_equal(&made.node_id, &back.node_id));
    assert_int_equal(back.made_at_ms, 1764000000000);
    assert_int_equal(mode_of(in_folder(f, "back")), 0700);
    assert_int_equal(mode_of(in_folder(f, "back/identity/node.key")), 0600);
    assert_same_file(f, "node/identity/node.key", "back/identity/node.key");
    assert_same_file(f, "node/identity/user.key", "back/identity/user.key");
    assert_true(clone_mark_is_there(in_folder(f, "back")));
    assert_false(clone_mark_is_there(in_folder(f, "node")));
    assert_false(is_there(f, "back/api.token"));
    assert_false(is_there(f, ".back.restoring"));
}

/* What is on its way when a node ends is done before its loop is gone. */
static void change_mark(const struct fixture *f, bool is_there_then) {
    struct loop *loop;
    assert_int_equal(loop_new(&loop), ERR_OK);
    clone_mark_change(loop, f->folder, is_there_then);
    loop_free(loop);
    assert_int_equal(clone_mark_is_there(f->folder), is_there_then);
}

static void a_running_node_sets_its_mark_and_takes_it_away(void **state) {
    change_mark(*state, true);
    change_mark(*state, true);
    change_mark(*state, false);
    change_mark(*state, false);
}

struct looks {
    size_t count;
    uint64_t done, total;
};

static bool look(void *context, uint64_t done, uint64_t total) {
    struct looks *looks = context;
    *looks = (struct looks){looks->count + 1, done, total};
    return true;
}

static void who_looks_on_is_told_how_far_it_is(void **state) {
    const struct fixture *f = *state;
    struct looks looks = {0};
    struct account account;
    node_make(f);
    assert_int_equal(backup_it(f, &account, NULL), ERR_OK);
    assert_int_equal(restore_told(f, look, &looks, &account, NULL), ERR_OK);
    assert_true(looks.count > 0);
    assert_true(looks.total > 0 && looks.done <= looks.total);
}

static void of_a_damaged_backup_nothing_is_left(void **state) {
    const struct fixture *f = *state;
    struct account account;
    node_make(f);
    assert_int_equal(backup_it(f, &account, NULL), ERR_OK);
    const int fd = open(in_folder(f, "backup"), O_RDWR | O_CLOEXEC);
    const off_t end = lseek(fd, 0, SEEK_END);
    uint8_t byte;
    assert_int_equal(pread(fd, &byte, 1, end - 1), 1);
    byte ^= 1;
    assert_int_equal(pwrite(fd, &byte, 1, end - 1), 1);
    (void)close(fd);
    /* So small a node is a single part: of that, damage cannot be told from another passphrase. */
    assert_int_equal(restore_it(f, &account, NULL), ERR_REFUSED);
    assert_false(is_there(f, "back"));
    assert_false(is_there(f, ".back.restoring"));
}

static void what_a_killed_restore_left_is_no_obstacle(void **state) {
    const struct fixture *f = *state;
    struct account account;
    struct err_detail detail = {0};
    node_make(f);
    assert_int_equal(backup_it(f, &account, NULL), ERR_OK);
    static const char *const folders[] = {".back.restoring", ".back.restoring/identity", ".back.restoring/content",
                                          ".back.restoring/content/files", ".back.restoring/content/files/ab"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        assert_int_equal(mkdir(in_folder(f, folders[i]), 0700), 0);
    file_put_text(in_folder(f, ".back.restoring/identity/node.key"), "half a k");
    file_put_text(in_folder(f, ".back.restoring/skep.db"), "half");
    file_put_text(in_folder(f, ".back.restoring/content/files/ab/some"), "bytes");
    if (restore_it(f, &account, &detail) != ERR_OK) fail_msg("%s", detail.text);
    assert_same_file(f, "node/identity/node.key", "back/identity/node.key");
    assert_false(is_there(f, "back/content"));
}

static void two_at_once_do_not_meet(void **state) {
    const struct fixture *f = *state;
    struct account account;
    int lock;
    node_make(f);
    assert_int_equal(backup_it(f, &account, NULL), ERR_OK);
    assert_int_equal(mkdir(in_folder(f, ".back.restoring"), 0700), 0);
    assert_int_equal(folder_lock_take(in_folder(f, ".back.restoring"), &lock, NULL), ERR_OK);
    assert_int_equal(restore_it(f, &account, NULL), ERR_IN_USE);
    assert_true(is_there(f, ".back.restoring"));
    folder_lock_release(lock);
    assert_int_equal(mkdir(in_folder(f, "node/.backup"), 0700), 0);
    assert_int_equal(folder_lock_take(in_folder(f, "node/.backup"), &lock, NULL), ERR_OK);
    assert_int_equal(backup_it(f, &account, NULL), ERR_IN_USE);
    folder_lock_release(lock);
    assert_int_equal(backup_it(f, &account, NULL), ERR_OK);
}

static void a_folder_of_somebody_else_is_not_written_into(void **state) {
    const struct fixture *f = *state;
    struct account account;
    node_make(f);
    assert_int_equal(backup_it(f, &account, NULL), ERR_OK);
    assert_int_equal(mkdir(in_folder(f, ".back.restoring"), 0700), 0);
    assert_int_equal(chmod(in_folder(f, ".back.restoring"), 0777), 0);
    assert_int_equal(restore_it(f, &account, NULL), ERR_PERMISSION);
    assert_int_equal(rmdir(in_folder(f, ".back.restoring")), 0);
    assert_int_equal(mkdir(in_folder(f, "back"), 0700), 0);
    file_put_text(in_folder(f, "back/mine"), "mine");
    assert_int_equal(restore_it(f, &account, NULL), ERR_EXISTS);
    assert_int_equal(unlink(in_folder(f, "back/mine")), 0);
    assert_int_equal(restore_it(f, &account, NULL), ERR_OK); /* empty, it is taken */
}

static void without_a_node_there_is_nothing_to_save(void **state) {
    const struct fixture *f = *state;
    struct account account;
    assert_true(sign_init());
    assert_int_equal(mkdir(in_folder(f, "node"), 0700), 0);
    assert_int_equal(backup_it(f, &account, NULL), ERR_NOT_FOUND);
    assert_false(is_there(f, "backup"));
    node_make(f);
    assert_int_equal(chmod(in_folder(f, "node/identity/user.key"), 0644), 0);
    assert_int_equal(backup_it(f, &account, NULL), ERR_PERMISSION);
    assert_false(is_there(f, "backup"));
    assert_false(is_there(f, ".backup.part"));
}

static void a_file_that_is_no_backup_stays(void **state) {
    const struct fixture *f = *state;
    struct account account;
    node_make(f);
    file_put_text(in_folder(f, "backup"), "my thesis");
    assert_int_equal(backup_it(f, &account, NULL), ERR_EXISTS);
    assert_int_equal(unlink(in_folder(f, "backup")), 0);
    assert_int_equal(symlink("node", in_folder(f, "backup")), 0);
    assert_int_equal(backup_it(f, &account, NULL), ERR_EXISTS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_node_comes_back_marked),
        TEST(a_running_node_sets_its_mark_and_takes_it_away),
        TEST(who_looks_on_is_told_how_far_it_is),
        TEST(of_a_damaged_backup_nothing_is_left),
        TEST(what_a_killed_restore_left_is_no_obstacle),
        TEST(two_at_once_do_not_meet),
        TEST(a_folder_of_somebody_else_is_not_written_into),
        TEST(without_a_node_there_is_nothing_to_save),
        TEST(a_file_that_is_no_backup_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
