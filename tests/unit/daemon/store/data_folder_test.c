/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/data_folder.h"

#include <errno.h>

#include "daemon/store/folder_lock.h"
#include "unit/daemon/store/store_fixture.h"

static void assert_path(const char *flag, const char *state, const char *xdg, const char *home, const char *expected) {
    char path[128];
    struct err_detail detail = {0};
    (void)unsetenv("STATE_DIRECTORY");
    (void)unsetenv("XDG_STATE_HOME");
    (void)unsetenv("HOME");
    if (state != NULL) assert_int_equal(setenv("STATE_DIRECTORY", state, 1), 0);
    if (xdg != NULL) assert_int_equal(setenv("XDG_STATE_HOME", xdg, 1), 0);
    if (home != NULL) assert_int_equal(setenv("HOME", home, 1), 0);
    const enum err err = data_folder_path(flag, path, sizeof path, &detail);
    assert_int_equal(err, expected == NULL ? ERR_NOT_FOUND : ERR_OK);
    if (expected != NULL) assert_string_equal(path, expected);
}

static void the_folder_is_where_the_first_of_flag_unit_xdg_and_home_says(void **state) {
    (void)state;
    assert_path("/d", "/s", "/x", "/h", "/d");
    assert_path("d", "/s", "/x", "/h", "d");
    assert_path(NULL, "/s", "/x", "/h", "/s");
    assert_path("", "/s/a:/s/b", "/x", "/h", "/s/a");
    assert_path(NULL, NULL, "/x", "/h", "/x/skep");
    assert_path(NULL, "", "relative", "/h", "/h/.local/state/skep");
    assert_path(NULL, NULL, NULL, "/h", "/h/.local/state/skep");
    assert_path(NULL, NULL, NULL, NULL, NULL);
}

static void a_path_that_does_not_fit_is_refused(void **state) {
    (void)state;
    char path[8];
    struct err_detail detail = {0};
    assert_int_equal(data_folder_path("/1234567", path, sizeof path, &detail), ERR_LIMIT);
    assert_int_equal(data_folder_path("/123456", path, sizeof path, &detail), ERR_OK);
}

static void a_folder_is_made_with_its_parents_for_us_alone(void **state) {
    const struct fixture *f = *state;
    const mode_t before = umask(0777);
    assert_int_equal(data_folder_make(in_folder(f, "a/b//c/"), NULL), ERR_OK);
    (void)umask(before);
    assert_int_equal(mode_of(in_folder(f, "a")), 0700);
    assert_int_equal(mode_of(in_folder(f, "a/b/c")), 0700);
    assert_int_equal(data_folder_make(in_folder(f, "a/b/c"), NULL), ERR_OK);
    file_put_text(in_folder(f, "file"), "x");
    struct err_detail detail = {0};
    assert_int_equal(data_folder_make(in_folder(f, "file"), &detail), ERR_EXISTS);
    assert_non_null(strstr(detail.text, "no folder"));
    assert_int_not_equal(data_folder_make(in_folder(f, "file/below"), &detail), ERR_OK);
}

static enum err put(const struct fixture *f, const char *name, const char *text, int mode) {
    struct err_detail detail = {0};
    return data_file_write(f->folder, name, span_of_text(text), mode, &detail);
}

static void assert_file(const struct fixture *f, const char *name, const char *text) {
    uint8_t memory[256];
    struct buffer out = buffer_over(memory, sizeof memory);
    assert_int_equal(data_file_read(f->folder, name, &out, NULL), ERR_OK);
    assert_true(span_equal_text(buffer_span(&out), text));
}

static size_t files_in(const struct fixture *f) {
    char command[128];
    unsigned count = 0;
    (void)snprintf(command, sizeof command, "ls -A %s | wc -l", f->folder);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%u", &count), 1);
    assert_int_equal(pclose(pipe), 0);
    return count;
}

static void a_file_is_written_whole_with_its_mode_whatever_the_umask(void **state) {
    const struct fixture *f = *state;
    const mode_t before = umask(0777);
    assert_int_equal(put(f, "one", "first", 0644), ERR_OK);
    (void)umask(0);
    assert_int_equal(put(f, "one", "second", 0600), ERR_OK);
    assert_int_equal(put(f, "two", "", 0600), ERR_OK);
    (void)umask(before);
    assert_file(f, "one", "second");
    assert_int_equal(mode_of(in_folder(f, "one")), 0600);
    assert_int_equal(files_in(f), 2); /* nothing temporary stays */
}

static void a_symlink_is_replaced_and_not_followed(void **state) {
    const struct fixture *f = *state;
    file_put_text(in_folder(f, "victim"), "precious");
    assert_int_equal(symlink(in_folder(f, "victim"), in_folder(f, "name")), 0);
    assert_int_equal(symlink(in_folder(f, "victim"), in_folder(f, ".name.new")), 0);
    assert_int_equal(put(f, "name", "ours", 0600), ERR_OK);
    assert_file(f, "victim", "precious");
    assert_file(f, "name", "ours");
}

static void what_a_crash_left_behind_does_not_matter(void **state) {
    const struct fixture *f = *state;
    file_put_text(in_folder(f, ".one.new"), "half of an ol");
    assert_int_equal(put(f, "one", "new", 0600), ERR_OK);
    assert_file(f, "one", "new");
    assert_int_equal(files_in(f), 1);
}

static void reading_says_what_is_wrong(void **state) {
    const struct fixture *f = *state;
    uint8_t memory[4];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct err_detail detail = {0};
    assert_int_equal(data_file_read(f->folder, "none", &out, &detail), ERR_NOT_FOUND);
    assert_string_equal(detail.text, "");
    file_put_text(in_folder(f, "large"), "12345");
    assert_int_equal(data_file_read(f->folder, "large", &out, &detail), ERR_LIMIT);
    out.size = 0;
    file_put_text(in_folder(f, "fits"), "1234");
    assert_int_equal(data_file_read(f->folder, "fits", &out, &detail), ERR_OK);
    assert_int_equal(out.size, 4);
    assert_int_equal(mkdir(in_folder(f, "folder"), 0700), 0);
    assert_int_equal(data_file_read(f->folder, "folder", &out, &detail), ERR_DAMAGED);
    assert_int_equal(mkfifo(in_folder(f, "pipe"), 0600), 0);
    assert_int_equal(data_file_read(f->folder, "pipe", &out, &detail), ERR_DAMAGED);
    data_file_remove(f->folder, "fits");
    data_file_remove(f->folder, "fits");
    assert_int_equal(data_file_read(f->folder, "fits", &out, &detail), ERR_NOT_FOUND);
}

static void writing_into_a_folder_that_is_not_there_fails(void **state) {
    const struct fixture *f = *state;
    struct err_detail detail = {0};
    assert_int_equal(data_file_write(in_folder(f, "none"), "x", SPAN_LITERAL("x"), 0600, &detail), ERR_NOT_FOUND);
    assert_non_null(strstr(detail.text, "none"));
}

static void one_lock_for_each_folder(void **state) {
    const struct fixture *f = *state;
    struct err_detail detail = {0};
    int first = -1, second = -1;
    char expected[64];
    (void)snprintf(expected, sizeof expected, "(process %d)", (int)getpid());
    assert_int_equal(folder_lock_take(f->folder, &first, &detail), ERR_OK);
    assert_int_equal(folder_lock_take(f->folder, &second, &detail), ERR_IN_USE);
    assert_non_null(strstr(detail.text, expected));
    folder_lock_release(first);
    assert_int_equal(folder_lock_take(f->folder, &second, &detail), ERR_OK);
    folder_lock_release(second);
    folder_lock_release(-1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_folder_is_where_the_first_of_flag_unit_xdg_and_home_says),
        TEST(a_path_that_does_not_fit_is_refused),
        TEST(a_folder_is_made_with_its_parents_for_us_alone),
        TEST(a_file_is_written_whole_with_its_mode_whatever_the_umask),
        TEST(a_symlink_is_replaced_and_not_followed),
        TEST(what_a_crash_left_behind_does_not_matter),
        TEST(reading_says_what_is_wrong),
        TEST(writing_into_a_folder_that_is_not_there_fails),
        TEST(one_lock_for_each_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
