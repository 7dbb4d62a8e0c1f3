/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/migrations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static sqlite3 *database_at(int version) {
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
    assert_int_equal(migrations_run(&store_migrations, handle, version), SQLITE_OK);
    return handle;
}

static int take_text(void *context, int count, char **texts, char **names) {
    char *out = context;
    (void)names;
    for (int i = 0; i < count; i++) (void)strncat(out, texts[i] == NULL ? "-" : texts[i], 8191 - strlen(out));
    (void)strncat(out, "\n", 8191 - strlen(out));
    return 0;
}

static const char *answer(sqlite3 *handle, const char *sql, char text[8192]) {
    char *words = NULL;
    text[0] = '\0';
    if (sqlite3_exec(handle, sql, take_text, text, &words) != SQLITE_OK) fail_msg("%s: %s", sql, words);
    return text;
}

static const char SCHEMA[] = "SELECT type, name, sql FROM sqlite_schema ORDER BY name";

static void every_older_version_becomes_the_latest(void **state) {
    (void)state;
    char expected[8192], text[8192];
    sqlite3 *fresh = database_at(store_migrations.count);
    (void)answer(fresh, SCHEMA, expected);
    for (int version = 0; version <= store_migrations.count; version++) {
        char wanted[16];
        sqlite3 *handle = database_at(version);
        assert_int_equal(migrations_run(&store_migrations, handle, store_migrations.count), SQLITE_OK);
        assert_string_equal(answer(handle, SCHEMA, text), expected);
        (void)snprintf(wanted, sizeof wanted, "%d\n", store_migrations.count);
        assert_string_equal(answer(handle, "PRAGMA user_version", text), wanted);
        assert_string_equal(answer(handle, "PRAGMA application_id", text), "1936418160\n");
        assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    }
    assert_int_equal(sqlite3_close(fresh), SQLITE_OK);
}

static void what_an_older_version_held_is_kept(void **state) {
    (void)state;
    char text[8192];
    sqlite3 *handle = database_at(1);
    (void)answer(handle, "INSERT INTO book VALUES (zeroblob(20), zeroblob(32), '', 1, 2, 3, 4, 5, 6, NULL, 7)", text);
    assert_int_equal(migrations_run(&store_migrations, handle, store_migrations.count), SQLITE_OK);
    assert_string_equal(answer(handle, "SELECT last_seen_at FROM book", text), "3\n");
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void presence_by_position_gets_a_block_for_each_community(void **state) {
    (void)state;
    char text[8192];
    sqlite3 *handle = database_at(5);
    (void)answer(handle, "INSERT INTO presence VALUES ('b', 0, 1, '', '{1}', NULL), ('b', 1, 2, '', '{2}', NULL)",
                 text);
    (void)answer(handle, "INSERT INTO presence VALUES ('a', 3, 4, '1.2.3.4', '{3}', x'00')", text);
    assert_int_equal(migrations_run(&store_migrations, handle, store_migrations.count), SQLITE_OK);
    assert_string_equal(answer(handle, "SELECT number, community, received_at, envelope FROM presence", text),
                        "3a4{3}\n200b1{1}\n201b2{2}\n");
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void a_step_that_fails_leaves_the_version_before_it(void **state) {
    (void)state;
    char text[8192];
    sqlite3 *handle = database_at(1);
    (void)answer(handle, "CREATE TABLE presence (in_the_way)", text);
    assert_int_not_equal(migrations_run(&store_migrations, handle, store_migrations.count), SQLITE_OK);
    assert_string_equal(answer(handle, "PRAGMA user_version", text), "2\n");
    (void)answer(handle, "DROP TABLE presence", text);
    assert_int_equal(migrations_run(&store_migrations, handle, store_migrations.count), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void running_again_changes_nothing(void **state) {
    (void)state;
    char text[8192];
    sqlite3 *handle = database_at(store_migrations.count);
    const int before = sqlite3_total_changes(handle);
    assert_int_equal(migrations_run(&store_migrations, handle, store_migrations.count), SQLITE_OK);
    assert_int_equal(sqlite3_total_changes(handle), before);
    assert_string_equal(answer(handle, "PRAGMA quick_check", text), "ok\n");
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_older_version_becomes_the_latest),
        cmocka_unit_test(what_an_older_version_held_is_kept),
        cmocka_unit_test(presence_by_position_gets_a_block_for_each_community),
        cmocka_unit_test(a_step_that_fails_leaves_the_version_before_it),
        cmocka_unit_test(running_again_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
