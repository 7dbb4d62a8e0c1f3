/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/data_folder.h"
#include "unit/daemon/store/store_fixture.h"

static enum err load(const struct fixture *f, struct signing_key *key, bool *was_made, struct err_detail *detail) {
    assert_true(sign_init());
    return key_file_load_or_make(f->folder, "node", key, was_made, detail);
}

static void a_key_is_made_once_and_then_loaded(void **state) {
    const struct fixture *f = *state;
    struct signing_key first, second;
    bool was_made = false;
    const mode_t before = umask(0);
    assert_int_equal(load(f, &first, &was_made, NULL), ERR_OK);
    (void)umask(before);
    assert_true(was_made);
    assert_int_equal(mode_of(in_folder(f, "identity")), 0700);
    assert_int_equal(mode_of(in_folder(f, "identity/node.key")), 0600);
    assert_int_equal(load(f, &second, &was_made, NULL), ERR_OK);
    assert_false(was_made);
    assert_memory_equal(&first, &second, sizeof first);
}

static void keys_differ(void **state) {
    const struct fixture *f = *state;
    struct signing_key node, user;
    bool was_made;
    assert_int_equal(load(f, &node, &was_made, NULL), ERR_OK);
    assert_int_equal(key_file_load_or_make(f->folder, "user", &user, &was_made, NULL), ERR_OK);
    assert_memory_not_equal(&node, &user, sizeof node);
    const uint8_t zero[32] = {0};
    assert_memory_not_equal(node.seed, zero, sizeof zero);
}

static void a_key_that_others_may_read_is_refused(void **state) {
    const struct fixture *f = *state;
    struct signing_key key;
    struct err_detail detail = {0};
    bool was_made;
    assert_int_equal(load(f, &key, &was_made, NULL), ERR_OK);
    const char *path = in_folder(f, "identity/node.key");
    const unsigned modes[] = {0640, 0604, 0660, 0601, 0610};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(path, (mode_t)modes[i]), 0);
        assert_int_equal(load(f, &key, &was_made, &detail), ERR_PERMISSION);
        assert_non_null(strstr(detail.text, "chmod 600 "));
        assert_non_null(strstr(detail.text, path));
    }
    assert_int_equal(chmod(path, 0400), 0);
    assert_int_equal(load(f, &key, &was_made, &detail), ERR_OK);
}

static void a_damaged_key_is_told_and_stays(void **state) {
    const struct fixture *f = *state;
    struct signing_key key;
    bool was_made;
    const char *const texts[] = {"", "no key", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"};
    assert_int_equal(load(f, &key, &was_made, NULL), ERR_OK);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct err_detail detail = {0};
        size_t size;
        file_put_text(in_folder(f, "identity/node.key"), texts[i]);
        assert_int_equal(load(f, &key, &was_made, &detail), ERR_DAMAGED);
        assert_non_null(strstr(detail.text, "identity/node.key"));
        uint8_t *bytes = file_get(in_folder(f, "identity/node.key"), &size);
        assert_int_equal(size, strlen(texts[i]));
        assert_memory_equal(bytes, texts[i], size);
        memory_free(bytes);
    }
}

static void every_truncation_of_a_key_is_damage(void **state) {
    const struct fixture *f = *state;
    struct signing_key key;
    bool was_made;
    size_t size;
    assert_int_equal(load(f, &key, &was_made, NULL), ERR_OK);
    uint8_t *bytes = file_get(in_folder(f, "identity/node.key"), &size);
    for (size_t cut = 1; cut + 1 < size; cut++) { /* without its last newline it is still whole */
        assert_int_equal(truncate(in_folder(f, "identity/node.key"), (off_t)(size - 1 - cut)), 0);
        assert_int_equal(load(f, &key, &was_made, NULL), ERR_DAMAGED);
    }
    memory_free(bytes);
}

static void something_else_in_its_place_is_never_replaced(void **state) {
    const struct fixture *f = *state;
    struct signing_key key;
    struct err_detail detail = {0};
    bool was_made;
    assert_int_equal(mkdir(in_folder(f, "identity"), 0700), 0);
    assert_int_equal(symlink("nowhere", in_folder(f, "identity/node.key")), 0);
    assert_int_equal(load(f, &key, &was_made, &detail), ERR_EXISTS);
    assert_int_equal(unlink(in_folder(f, "identity/node.key")), 0);
    assert_int_equal(mkdir(in_folder(f, "identity/node.key"), 0700), 0);
    assert_int_equal(load(f, &key, &was_made, &detail), ERR_DAMAGED);
}

static void the_token_is_made_once_and_then_loaded(void **state) {
    const struct fixture *f = *state;
    char first[65], second[65];
    size_t size;
    assert_true(sign_init());
    assert_int_equal(token_file_load_or_make(f->folder, first, NULL), ERR_OK);
    assert_int_equal(strlen(first), 64);
    assert_int_equal(strspn(first, "0123456789abcdef"), 64);
    assert_int_equal(mode_of(in_folder(f, "api.token")), 0600);
    assert_int_equal(token_file_load_or_make(f->folder, second, NULL), ERR_OK);
    assert_string_equal(first, second);
    uint8_t *bytes = file_get(in_folder(f, "api.token"), &size);
    assert_int_equal(size, 65);
    assert_int_equal(bytes[64], '\n');
    memory_free(bytes);
}

static void a_token_that_is_none_is_told_and_stays(void **state) {
    const struct fixture *f = *state;
    char token[65];
    struct err_detail detail = {0};
    file_put_text(in_folder(f, "api.token"), "short\n");
    assert_int_equal(chmod(in_folder(f, "api.token"), 0600), 0);
    assert_int_equal(token_file_load_or_make(f->folder, token, &detail), ERR_DAMAGED);
    assert_non_null(strstr(detail.text, "remove it"));
    assert_int_equal(chmod(in_folder(f, "api.token"), 0644), 0);
    assert_int_equal(token_file_load_or_make(f->folder, token, &detail), ERR_PERMISSION);
    assert_non_null(strstr(detail.text, "chmod 600"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_key_is_made_once_and_then_loaded),     TEST(keys_differ),
        TEST(a_key_that_others_may_read_is_refused),  TEST(a_damaged_key_is_told_and_stays),
        TEST(every_truncation_of_a_key_is_damage),    TEST(something_else_in_its_place_is_never_replaced),
        TEST(the_token_is_made_once_and_then_loaded), TEST(a_token_that_is_none_is_told_and_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
