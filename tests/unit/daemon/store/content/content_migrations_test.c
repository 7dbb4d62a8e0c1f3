/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/content_migrations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static sqlite3 *database_at(int version) {
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
    assert_int_equal(migrations_run(&content_migrations, handle, version), SQLITE_OK);
    return handle;
}

static int take_text(void *context, int count, char **texts, char **names) {
    char *out = context;
    (void)names;
    for (int i = 0; i < count; i++) (void)strncat(out, texts[i] == NULL ? "-" : texts[i], 8191 - strlen(out));
    (void)strncat(out, "\n", 8191 - strlen(out));
    return 0;
}

static const char *answer(sqlite3 *handle, const char *text_of_sql, char text[8192]) {
    char *words = NULL;
    text[0] = '\0';
    if (sqlite3_exec(handle, text_of_sql, take_text, text, &words) != SQLITE_OK) fail_msg("%s: %s", text_of_sql, words);
    return text;
}

static const char SCHEMA[] = "SELECT type, name, sql FROM sqlite_schema ORDER BY name";

static void every_older_version_becomes_the_latest(void **state) {
    (void)state;
    char expected[8192], text[8192];
    sqlite3 *fresh = database_at(content_migrations.count);
    (void)answer(fresh, SCHEMA, expected);
    for (int version = 0; version <= content_migrations.count; version++) {
        char wanted[16];
        sqlite3 *handle = database_at(version);
        assert_int_equal(migrations_run(&content_migrations, handle, content_migrations.count), SQLITE_OK);
        assert_string_equal(answer(handle, SCHEMA, text), expected);
        (void)snprintf(wanted, sizeof wanted, "%d\n", content_migrations.count);
        assert_string_equal(answer(handle, "PRAGMA user_version", text), wanted);
        assert_string_equal(answer(handle, "PRAGMA application_id", text), "1936418147\n");
        assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    }
    assert_int_equal(sqlite3_close(fresh), SQLITE_OK);
}

/* What was wanted until now was what had its manifest here. */
static void a_manifest_of_the_first_version_becomes_a_holding(void **state) {
    (void)state;
    char text[8192];
    sqlite3 *handle = database_at(1);
    (void)answer(handle,
                 "INSERT INTO object (id, kind, at, sum, bytes) VALUES (zeroblob(32), 3, 77, zeroblob(32), x'01'),"
                 " (randomblob(32), 4, 78, zeroblob(32), x'02'),"
                 " (x'1111111111111111111111111111111111111111111111111111111111111111', 3, 79, zeroblob(32), x'03');"
                 "INSERT INTO file (manifest, size, role, created_at, used_at) VALUES (zeroblob(32), 9, 2, 1, 1)",
                 text);
    assert_int_equal(migrations_run(&content_migrations, handle, 2), SQLITE_OK);
    assert_string_equal(answer(handle, "SELECT role || ' ' || since || ' ' || used FROM holding ORDER BY since", text),
                        "2 77 77\n1 79 79\n");
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_older_version_becomes_the_latest),
                                       cmocka_unit_test(a_manifest_of_the_first_version_becomes_a_holding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
