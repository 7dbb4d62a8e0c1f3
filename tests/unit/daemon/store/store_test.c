/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/store.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "daemon/store/migrations.h"
#include "unit/daemon/store/store_fixture.h"

/* ---- A store, and what it gave ---- */

struct opened {
    struct loop *loop;
    struct store *store;
    size_t failures;
    size_t recoveries;
    enum err last_failure;
    char last_detail[ERR_DETAIL_TEXT_MAX];
};

static void on_failed(void *context, enum err err, const char *detail) {
    struct opened *opened = context;
    opened->failures++;
    opened->last_failure = err;
    (void)snprintf(opened->last_detail, sizeof opened->last_detail, "%s", detail);
    loop_stop(opened->loop);
}

static void on_recovered(void *context) {
    struct opened *opened = context;
    opened->recoveries++;
    loop_stop(opened->loop);
}

static enum err try_open(struct opened *opened, const char *folder, struct err_detail *detail) {
    *opened = (struct opened){0};
    assert_true(sign_init());
    assert_int_equal(loop_new(&opened->loop), ERR_OK);
    const struct store_options options = {
        .loop = opened->loop, .folder = folder, .failed = on_failed, .recovered = on_recovered, .context = opened};
    const enum err err = store_open(&opened->store, &options, detail);
    if (err == ERR_OK) return err;
    assert_null(opened->store);
    loop_free(opened->loop);
    return err;
}

static void open_in(struct opened *opened, const struct fixture *f) {
    struct err_detail detail = {0};
    if (try_open(opened, f->folder, &detail) != ERR_OK) fail_msg("%s", detail.text);
}

static void close_it(struct opened *opened) {
    store_close(opened->store);
    loop_free(opened->loop);
}

enum { ROWS_MAX = 64 };
struct rows {
    size_t count;
    struct book_row rows[ROWS_MAX];
};

static void take_row(void *context, const struct book_row *row) {
    struct rows *rows = context;
    assert_true(rows->count < ROWS_MAX);
    rows->rows[rows->count++] = *row;
}

static struct rows load_book(struct opened *opened, size_t max) {
    struct rows rows = {0};
    assert_int_equal(store_load_book(opened->store, max, take_row, &rows, NULL), ERR_OK);
    return rows;
}

static struct book_row row_of(unsigned number) {
    uint8_t seed[32] = {0};
    struct signing_key key;
    memcpy(seed, &number, sizeof number);
    sign_key_from_seed(&key, seed);
    struct book_row row = {.key = sign_public_key(&key), .last_seen_at_ms = 1000 + number};
    row.node_id = node_id_of_key(&row.key);
    return row;
}

static struct address address_of(const char *text) {
    struct address address = {0};
    assert_true(address_read(span_of_text(text), &address));
    return address;
}

/* Runs SQL on the file behind the store's back. */
static void sql(const struct fixture *f, const char *text) {
    sqlite3 *handle = NULL;
    char *words = NULL;
    assert_int_equal(sqlite3_open(in_folder(f, "skep.db"), &handle), SQLITE_OK);
    if (sqlite3_exec(handle, text, NULL, NULL, &words) != SQLITE_OK) fail_msg("%s: %s", text, words);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

/* ---- What it remembers ---- */

static void an_anchor_comes_first(void **state) {
    struct opened opened;
    open_in(&opened, *state);
    struct book_row anchor = row_of(1), other = row_of(2);
    anchor.is_anchor = true;
    anchor.last_seen_at_ms = 1;
    other.last_seen_at_ms = 2;
    store_put_book_row(opened.store, &other);
    store_put_book_row(opened.store, &anchor);
    const struct rows rows = load_book(&opened, 1);
    assert_int_equal(rows.count, 1);
    assert_true(rows.rows[0].is_anchor);
    assert_memory_equal(&rows.rows[0].node_id, &anchor.node_id, sizeof anchor.node_id);
    close_it(&opened);
}

static void a_book_row_comes_back_as_it_was(void **state) {
    struct opened opened;
    open_in(&opened, *state);
    struct book_row full = row_of(1);
    full.addr_count = 4;
    full.addrs[0] = address_of("203.0.113.5:8782");
    full.addrs[1] = address_of("[2001:db8::5]:1");
    full.addrs[2] = address_of("0.0.0.0:0");
    full.addrs[3] = address_of("[::]:65535");
    full.issued_at_ms = 1763640000000;
    full.expires_at_ms = 1763640180000;
    full.linked_at_ms = 5;
    full.successes = 3;
    full.failures = 255;
    full.learned_from = (struct learned_from){PROVENANCE_PEX, 255, row_of(7).node_id, 1763640000001};
    struct book_row bare = row_of(2);
    bare.key = (struct public_key){{0}}; /* named by an operator, not seen yet */
    bare.linked_at_ms = 5;               /* who was linked comes before who was not, and then the later seen */
    store_put_book_row(opened.store, &full);
    store_put_book_row(opened.store, &bare);
    for (int i = 0; i < 2; i++) {
        const struct rows rows = load_book(&opened, 10);
        assert_int_equal(rows.count, 2);
        assert_memory_equal(&rows.rows[0].addrs, &bare.addrs, sizeof bare.addrs);
        assert_memory_equal(&rows.rows[0].node_id, &bare.node_id, sizeof bare.node_id);
        assert_memory_equal(&rows.rows[1].addrs, &full.addrs, sizeof full.addrs);
        assert_memory_equal(&rows.rows[1].key, &full.key, sizeof full.key);
        assert_int_equal(rows.rows[1].issued_at_ms, full.issued_at_ms);
        assert_int_equal(rows.rows[1].expires_at_ms, full.expires_at_ms);
        assert_int_equal(rows.rows[1].linked_at_ms, 5);
        assert_int_equal(rows.rows[1].successes, 3);
        assert_int_equal(rows.rows[1].failures, 255);
        assert_false(rows.rows[1].is_anchor);
        assert_int_equal(rows.rows[1].learned_from.kind, PROVENANCE_PEX);
        assert_int_equal(rows.rows[1].learned_from.source, 255);
        assert_int_equal(rows.rows[1].learned_from.at_ms, full.learned_from.at_ms);
        assert_memory_equal(&rows.rows[1].learned_from.node, &full.learned_from.node, sizeof(struct node_id));
        if (i == 1) break;
        close_it(&opened);
        open_in(&opened, *state);
    }
    close_it(&opened);
}

static void rows_are_replaced_removed_and_loaded_newest_first(void **state) {
    struct opened opened;
    open_in(&opened, *state);
    for (unsigned i = 0; i < 20; i++) {
        const struct book_row row = row_of(i);
        store_put_book_row(opened.store, &row);
    }
    store_flush(opened.store);
    struct book_row changed = row_of(3);
    changed.last_seen_at_ms = 9000;
    store_put_book_row(opened.store, &changed);
    const struct book_row gone = row_of(19), both = row_of(18);
    store_remove_book_row(opened.store, &gone.node_id);
    store_remove_book_row(opened.store, &both.node_id);
    store_put_book_row(opened.store, &both);
    store_put_book_row(opened.store, &gone);
    store_remove_book_row(opened.store, &gone.node_id);
    const struct rows rows = load_book(&opened, 5);
    assert_int_equal(rows.count, 5);
    assert_int_equal(rows.rows[0].last_seen_at_ms, 9000);
    assert_int_equal(rows.rows[1].last_seen_at_ms, 1018);
    assert_int_equal(rows.rows[2].last_seen_at_ms, 1017);
    assert_int_equal(load_book(&opened, ROWS_MAX).count, 19);
    close_it(&opened);
}

static void rows_that_do_not_hold_are_skipped_and_counted(void **state) {
    const struct fixture *f = *state;
    struct opened opened;
    open_in(&opened, f);
    for (unsigned i = 0; i < 8; i++) {
        const struct book_row row = row_of(i);
        store_put_book_row(opened.store, &row);
    }
    close_it(&opened);
    sql(f, "UPDATE book SET key = randomblob(32) WHERE last_seen_at = 1000;" /* not its key */
           "UPDATE book SET addrs = '1.2.3.4:5 nowhere' WHERE last_seen_at = 1001;"
           "UPDATE book SET addrs = '1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 1.1.1.1:1 1.1.1.1:1' WHERE last_seen_at = 1002;"
           "UPDATE book SET issued_at = -1 WHERE last_seen_at = 1003;"
           "UPDATE book SET learned_kind = 99 WHERE last_seen_at = 1004;"
           "UPDATE book SET learned_source = 256 WHERE last_seen_at = 1005;"
           "PRAGMA ignore_check_constraints = ON;"
           "UPDATE book SET node_id = x'00' WHERE last_seen_at = 1006;");
    open_in(&opened, f);
    const struct rows rows = load_book(&opened, 10);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.rows[0].last_seen_at_ms, 1007);
    assert_int_equal(store_count(opened.store).rows_refused, 7);
    close_it(&opened);
}

struct pins {
    size_t count;
    char names[4][32];
    struct node_id ids[4];
};

static void take_pin(void *context, const char *name, const struct node_id *id) {
    struct pins *pins = context;
    assert_true(pins->count < 4);
    (void)snprintf(pins->names[pins->count], sizeof pins->names[0], "%s", name);
    pins->ids[pins->count++] = *id;
}

static void pins_come_back(void **state) {
    struct opened opened;
    struct pins pins = {0};
    const struct node_id one = row_of(1).node_id, two = row_of(2).node_id;
    char huge[400];
    memset(huge, 'h', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    open_in(&opened, *state);
    store_put_pin(opened.store, "b.example:8782", &one);
    store_put_pin(opened.store, "a.example:8782", &one);
    store_put_pin(opened.store, "a.example:8782", &two);
    store_put_pin(opened.store, huge, &two);
    close_it(&opened);
    open_in(&opened, *state);
    assert_int_equal(store_load_pins(opened.store, take_pin, &pins, NULL), ERR_OK);
    assert_int_equal(pins.count, 2);
    assert_string_equal(pins.names[0], "a.example:8782");
    assert_memory_equal(&pins.ids[0], &two, sizeof two);
    assert_memory_equal(&pins.ids[1], &one, sizeof one);
    close_it(&opened);
}

/* Another program writes in it, until it is let go. */
static sqlite3 *hold_database(const struct fixture *f) {
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(in_folder(f, "skep.db"), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return other;
}

static void let_go(sqlite3 *other) {
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

struct presences {
    size_t count;
    struct beacon_row rows[8];
};

static void take_presence(void *context, const struct beacon_row *row) {
    struct presences *rows = context;
    assert_true(rows->count < 8);
    rows->rows[rows->count++] = *row;
}

static struct beacon_row presence_of(uint16_t number, const char *text, const char *group) {
    struct beacon_row row = {
        .number = number, .community = "demo", .received_at_ms = number, .envelope_size = (uint16_t)strlen(text)};
    memcpy(row.envelope, text, strlen(text));
    if (group != NULL) assert_true(address_read_ip(span_of_text(group), &row.group));
    return row;
}

static void presence_is_written_row_by_row(void **state) {
    struct opened opened;
    struct presences rows = {0};
    const struct beacon_row apart = presence_of(BEACON_ROWS_MAX - 1, "{1}", "203.0.113.1"),
                            before[] = {presence_of(5, "{5}", NULL), presence_of(7, "{7}", "2001:db8::"),
                                        presence_of(8, "{8}", NULL)},
                            after[] = {presence_of(6, "{6}", NULL), presence_of(7, "{77}", NULL),
                                       presence_of(8, "", NULL)};
    open_in(&opened, *state);
    store_put_presence(opened.store, &apart, 1);
    store_put_presence(opened.store, before, 3);
    store_flush(opened.store);
    store_put_presence(opened.store, after, 3);
    close_it(&opened);
    open_in(&opened, *state);
    assert_int_equal(store_load_presence(opened.store, take_presence, &rows, NULL), ERR_OK);
    assert_int_equal(rows.count, 4);
    assert_memory_equal(&rows.rows[0], &before[0], sizeof apart);
    assert_memory_equal(&rows.rows[1], &after[0], sizeof apart);
    assert_memory_equal(&rows.rows[2], &after[1], sizeof apart);
    assert_memory_equal(&rows.rows[3], &apart, sizeof apart);
    close_it(&opened);
}

/* The database is held by another program, so that nothing is written before both have been put: the rows of a block
 * that were put apart must still all be there, each as it was put last. */
static void rows_that_wait_for_the_disk_are_joined(void **state) {
    struct opened opened;
    struct presences rows = {0};
    const struct beacon_row first[] = {presence_of(2, "{2}", NULL), presence_of(4, "{4}", NULL),
                                       presence_of(9, "{9}", NULL)},
                            second[] = {presence_of(1, "{1}", NULL), presence_of(4, "{44}", NULL)},
                            third[] = {presence_of(9, "", NULL), presence_of(11, "{11}", NULL)};
    open_in(&opened, *state);
    sqlite3 *other = hold_database(*state);
    store_put_presence(opened.store, first, 3);
    store_flush(opened.store); /* one attempt, in vain */
    store_put_presence(opened.store, second, 2);
    store_put_presence(opened.store, third, 2);
    store_flush(opened.store);
    let_go(other);
    close_it(&opened);
    open_in(&opened, *state);
    assert_int_equal(store_load_presence(opened.store, take_presence, &rows, NULL), ERR_OK);
    assert_int_equal(rows.count, 4);
    const struct beacon_row expected[] = {second[0], first[0], second[1], third[1]};
    for (size_t i = 0; i < 4; i++) assert_memory_equal(&rows.rows[i], &expected[i], sizeof expected[i]);
    close_it(&opened);
}

static struct attest_key presence_key(uint8_t number) {
    const uint8_t seed[32] = {number};
    struct signing_key key;
    sign_key_from_seed(&key, seed);
    return attest_key_of(&key, "presence");
}

static size_t attested_in(const struct fixture *f, const struct attest_key *key) {
    struct opened opened;
    struct presences rows = {0};
    size_t count = 0;
    open_in(&opened, f);
    if (key != NULL) store_set_presence_key(opened.store, key);
    assert_int_equal(store_load_presence(opened.store, take_presence, &rows, NULL), ERR_OK);
    assert_int_equal(rows.count, 3);
    for (size_t i = 0; i < rows.count; i++) count += rows.rows[i].is_attested;
    close_it(&opened);
    return count;
}

/* What was written by us is known again; what was changed since, by a hand or by rot, is not. */
static void presence_that_we_wrote_is_known_again(void **state) {
    static const char *const changes[] = {"UPDATE presence SET envelope = '{4}' WHERE number = 0",
                                          "UPDATE presence SET received_at = 31 WHERE number = 0",
                                          "UPDATE presence SET network = '203.0.113.9' WHERE number = 0",
                                          "UPDATE presence SET community = 'dem' WHERE number = 0",
                                          "UPDATE presence SET tag = zeroblob(16) WHERE number = 0",
                                          "UPDATE presence SET tag = NULL WHERE number = 0"};
    const struct attest_key key = presence_key(1), other = presence_key(2);
    const struct beacon_row written[3] = {presence_of(0, "{1}", "203.0.113.1"), presence_of(1, "{2}", "2001:db8::"),
                                          presence_of(2, "{3}", NULL)};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct opened opened;
        open_in(&opened, *state);
        store_set_presence_key(opened.store, &key);
        store_put_presence(opened.store, written, 3);
        close_it(&opened);
        assert_int_equal(attested_in(*state, &key), 3);
        assert_int_equal(attested_in(*state, &other), 0);
        assert_int_equal(attested_in(*state, NULL), 0);
        sql(*state, changes[i]);
        assert_int_equal(attested_in(*state, &key), 2);
    }
}

/* ---- What the caretaker did ---- */

struct operations {
    size_t count;
    struct operation items[4];
};

static void take_operation(void *context, const struct operation *operation) {
    struct operations *operations = context;
    assert_true(operations->count < 4);
    operations->items[operations->count++] = *operation;
}

static struct operation operation_of(uint64_t id, enum control control) {
    struct operation operation = {.id = id,
                                  .sequence = 10 - id % 10,
                                  .control = control,
                                  .state = OPERATION_AWAITING,
                                  .asked_at_ms = 1,
                                  .noted_at_ms = 3,
                                  .for_ms = 4,
                                  .confirm_ms = 5,
                                  .left_ms = 6,
                                  .confirm_left_ms = 7,
                                  .author = "api",
                                  .reason = "it's \"so\"",
                                  .key = "k"};
    operation.direction = control == CONTROL_BLOCK_ADD ? BLOCK_OUTBOUND : 0;
    operation_fill_settings(&operation);
    operation.settings[operation.setting_count - 1].before = 1;
    operation.settings[0].is_lost = true;
    return operation;
}

static void operations_come_back_as_they_were_in_their_order(void **state) {
    struct opened opened;
    struct operations back = {0};
    struct operation first = operation_of(UINT64_MAX - 2, CONTROL_RESUME), block = operation_of(4, CONTROL_BLOCK_ADD),
                     gone = operation_of(3, CONTROL_ISOLATE_ON);
    block.target = (struct control_target){.kind = TARGET_CLAIM, .node_id.bytes = {7}, .user_id = "u:x"};
    open_in(&opened, *state);
    store_put_operation(opened.store, &block);
    store_put_operation(opened.store, &first);
    store_put_operation(opened.store, &gone);
    store_flush(opened.store);
    first.state = OPERATION_CONFIRMED;
    store_put_operation(opened.store, &first);
    store_remove_operation(opened.store, gone.id);
    close_it(&opened);
    open_in(&opened, *state);
    assert_int_equal(store_load_operations(opened.store, take_operation, &back, NULL), ERR_OK);
    assert_int_equal(back.count, 2);
    assert_memory_equal(&back.items[0], first.sequence < block.sequence ? &first : &block, sizeof first);
    assert_memory_equal(&back.items[1], first.sequence < block.sequence ? &block : &first, sizeof first);
    close_it(&opened);
}

static void the_choice_of_an_endpoint_comes_back(void **state) {
    struct opened opened;
    struct operations back = {0};
    struct operation use = operation_of(5, CONTROL_SIGNALING_USE);
    use.target = (struct control_target){.kind = TARGET_ENDPOINT};
    (void)snprintf(use.target.endpoint, sizeof use.target.endpoint, "wss://b.example:9000/signal");
    open_in(&opened, *state);
    store_put_operation(opened.store, &use);
    close_it(&opened);
    open_in(&opened, *state);
    assert_int_equal(store_load_operations(opened.store, take_operation, &back, NULL), ERR_OK);
    assert_int_equal(back.count, 1);
    assert_true(control_target_equal(&back.items[0].target, &use.target));
    assert_int_equal(back.items[0].settings[0].subject, SUBJECT_ENDPOINT);
    close_it(&opened);
}

static void a_row_of_operations_out_of_form_is_passed_over(void **state) {
    static const char *const changes[] = {"UPDATE operation SET control = 'explode'",
                                          "UPDATE operation SET state = 'x'", "UPDATE operation SET target_kind = NULL",
                                          "UPDATE operation SET direction = 9",
                                          "UPDATE operation SET target_node = x'00'"};
    struct operation block = operation_of(4, CONTROL_BLOCK_ADD);
    block.target.kind = TARGET_NODE;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct opened opened;
        struct operations back = {0};
        open_in(&opened, *state);
        store_put_operation(opened.store, &block);
        close_it(&opened);
        sql(*state, changes[i]);
        open_in(&opened, *state);
        assert_int_equal(store_load_operations(opened.store, take_operation, &back, NULL), ERR_OK);
        assert_int_equal(back.count, 0);
        close_it(&opened);
    }
}

struct waiter {
    struct opened *opened;
    int told; /* -1 = not yet */
};

static void told(void *context, bool is_synced) {
    struct waiter *waiter = context;
    waiter->told = is_synced;
    loop_stop(waiter->opened->loop);
}

/* Told once it is on the disk; told otherwise when it is not; and not told at all who does not want to be any more. */
static void who_waits_is_told_what_came_of_it(void **state) {
    struct opened opened;
    open_in(&opened, *state);
    struct waiter good = {&opened, -1}, bad = {&opened, -1}, left = {&opened, -1};
    const struct operation operation = operation_of(4, CONTROL_ISOLATE_ON);
    store_put_operation(opened.store, &operation);
    store_when_synced(opened.store, told, &left);
    store_when_synced(opened.store, told, &good);
    store_forget_waiting(opened.store, &left);
    loop_run(opened.loop);
    assert_int_equal(good.told, 1);
    sqlite3 *other = hold_database(*state);
    store_put_operation(opened.store, &operation);
    store_when_synced(opened.store, told, &bad);
    while (bad.told < 0) loop_run(opened.loop);
    assert_int_equal(bad.told, 0);
    let_go(other);
    store_when_synced(opened.store, told, &left);
    close_it(&opened); /* who still waits is not told */
    assert_int_equal(left.told, -1);
}

/* ---- What it will not open ---- */

static void assert_untouched(const struct fixture *f, const uint8_t *before, size_t size_before) {
    size_t size;
    uint8_t *after = file_get(in_folder(f, "skep.db"), &size);
    assert_int_equal(size, size_before);
    assert_memory_equal(after, before, size);
    memory_free(after);
}

static void assert_not_opened(const struct fixture *f, enum err expected, const char *piece) {
    struct opened opened;
    struct err_detail detail = {0};
    size_t size;
    uint8_t *before = file_get(in_folder(f, "skep.db"), &size);
    assert_int_equal(try_open(&opened, f->folder, &detail), expected);
    if (strstr(detail.text, piece) == NULL) fail_msg("\"%s\" is not in: %s", piece, detail.text);
    assert_non_null(strstr(detail.text, "skep.db"));
    assert_untouched(f, before, size);
    memory_free(before);
}

static void the_database_of_another_program_is_left_alone(void **state) {
    const struct fixture *f = *state;
    sql(f, "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine')");
    assert_not_opened(f, ERR_FOREIGN, "another program");
    assert_int_equal(unlink(in_folder(f, "skep.db")), 0);
    sql(f, "PRAGMA application_id = 7");
    assert_not_opened(f, ERR_FOREIGN, "another program");
}

static void the_database_of_a_newer_version_is_left_alone(void **state) {
    const struct fixture *f = *state;
    struct opened opened;
    open_in(&opened, f);
    close_it(&opened);
    sql(f, "PRAGMA user_version = 1000");
    assert_not_opened(f, ERR_FOREIGN, "newer skep");
}

static void what_is_no_database_is_left_alone(void **state) {
    const struct fixture *f = *state;
    char text[2048];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    file_put_text(in_folder(f, "skep.db"), text);
    assert_not_opened(f, ERR_DAMAGED, "not a database");
    file_put_text(in_folder(f, "skep.db"), "short");
    assert_not_opened(f, ERR_DAMAGED, "not a database");
}

static void overwrite(const struct fixture *f, off_t at, size_t size) {
    uint8_t bytes[4096];
    memset(bytes, 0xa5, sizeof bytes);
    const int fd = open(in_folder(f, "skep.db"), O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, size, at), size);
    assert_int_equal(close(fd), 0);
}

static void a_damaged_database_is_told_and_left_alone(void **state) {
    const struct fixture *f = *state;
    struct opened opened;
    open_in(&opened, f);
    for (unsigned i = 0; i < 300; i++) {
        const struct book_row row = row_of(i);
        store_put_book_row(opened.store, &row);
    }
    close_it(&opened);
    overwrite(f, 4096, 4096); /* a page within */
    assert_not_opened(f, ERR_DAMAGED, "is damaged");
    assert_not_opened(f, ERR_DAMAGED, "restore it from a backup");
    assert_int_equal(truncate(in_folder(f, "skep.db"), 6000), 0);
    assert_not_opened(f, ERR_DAMAGED, "is damaged");
}

static void an_empty_file_is_a_new_database(void **state) {
    const struct fixture *f = *state;
    struct opened opened;
    file_put_text(in_folder(f, "skep.db"), "");
    open_in(&opened, f);
    close_it(&opened);
}

static void the_folder_is_made_and_its_files_are_ours_alone(void **state) {
    const struct fixture *f = *state;
    struct opened opened;
    const mode_t before = umask(0);
    assert_int_equal(try_open(&opened, in_folder(f, "new/data"), NULL), ERR_OK);
    (void)umask(before);
    const struct book_row row = row_of(1);
    store_put_book_row(opened.store, &row);
    store_flush(opened.store);
    assert_int_equal(mode_of(in_folder(f, "new/data")), 0700);
    assert_int_equal(mode_of(in_folder(f, "new/data/skep.db")), 0600);
    assert_int_equal(mode_of(in_folder(f, "new/data/skep.db-wal")), 0600);
    assert_int_equal(mode_of(in_folder(f, "new/data/lock")), 0600);
    close_it(&opened);
}

static void a_folder_in_use_is_refused(void **state) {
    const struct fixture *f = *state;
    struct opened first, second;
    struct err_detail detail = {0};
    open_in(&first, f);
    assert_int_equal(try_open(&second, f->folder, &detail), ERR_IN_USE);
    assert_non_null(strstr(detail.text, "process"));
    close_it(&first);
    open_in(&second, f);
    close_it(&second);
}

/* ---- When the disk fails ---- */

static void a_file_held_by_another_program_fails_and_recovers(void **state) {
    const struct fixture *f = *state;
    struct opened opened;
    open_in(&opened, f);
    sqlite3 *other = hold_database(f);
    const struct book_row row = row_of(1);
    store_put_book_row(opened.store, &row);
    loop_run(opened.loop); /* until it is told */
    assert_int_equal(opened.failures, 1);
    assert_int_equal(opened.last_failure, ERR_IO);
    assert_non_null(strstr(opened.last_detail, "another program holds it"));
    assert_int_equal(store_count(opened.store).waiting, 1);
    assert_int_equal(load_book(&opened, 10).count, 0); /* what is there stays readable */
    let_go(other);
    /* Each load asks for an attempt; those that were under way just now still fail. */
    for (int tries = 0; tries < 1000 && load_book(&opened, 10).count == 0; tries++) continue;
    assert_int_equal(load_book(&opened, 10).count, 1);
    assert_int_equal(store_count(opened.store).waiting, 0);
    loop_run(opened.loop);
    assert_int_equal(opened.recoveries, 1);
    assert_int_equal(opened.failures, 1);
    close_it(&opened);
}

static void limit_files(rlim_t bytes) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* No file may grow any more, which is what a full disk looks like from here. */
static void a_full_disk_fails_and_recovers(void **state) {
    const struct fixture *f = *state;
    struct opened opened;
    (void)signal(SIGXFSZ, SIG_IGN);
    open_in(&opened, f);
    const struct book_row first = row_of(1);
    store_put_book_row(opened.store, &first);
    store_flush(opened.store);
    limit_files(4096);
    for (unsigned i = 2; i < 40; i++) {
        const struct book_row row = row_of(i);
        store_put_book_row(opened.store, &row);
    }
    loop_run(opened.loop);
    const struct rows meanwhile = load_book(&opened, ROWS_MAX);
    limit_files(RLIM_INFINITY);
    assert_true(opened.failures >= 1);
    assert_int_equal(opened.last_failure, ERR_IO);
    assert_int_equal(meanwhile.count, 1);
    assert_int_equal(load_book(&opened, ROWS_MAX).count, 39);
    close_it(&opened);
    open_in(&opened, f);
    assert_int_equal(load_book(&opened, ROWS_MAX).count, 39);
    close_it(&opened);
}

/* At every half page from nothing on: what opens is whole, what does not says so, and nothing is lost that was there.
 */
static void a_disk_that_fills_up_anywhere_leaves_a_whole_database(void **state) {
    const struct fixture *f = *state;
    size_t opens = 0, rows_before = 0;
    (void)signal(SIGXFSZ, SIG_IGN);
    for (unsigned step = 0; step < 60; step++) {
        struct opened opened;
        struct err_detail detail = {0};
        limit_files(2048 * (rlim_t)step);
        const enum err err = try_open(&opened, f->folder, &detail);
        const struct book_row row = row_of(step);
        if (err == ERR_OK) {
            store_put_book_row(opened.store, &row);
            store_flush(opened.store);
            close_it(&opened);
        }
        limit_files(RLIM_INFINITY);
        if (err != ERR_OK && detail.text[0] == '\0') fail_msg("step %u: %s without a word", step, err_name(err));
        opens += err == ERR_OK;
        open_in(&opened, f);
        const size_t rows = load_book(&opened, ROWS_MAX).count;
        assert_in_range(rows, rows_before, rows_before + 1);
        rows_before = rows;
        close_it(&opened);
    }
    assert_in_range(opens, 20, 59);
    assert_true(rows_before > 10);
}

static void failures_are_told_at_most_once_a_second(void **state) {
    const struct fixture *f = *state;
    struct opened opened;
    open_in(&opened, f);
    sqlite3 *other = hold_database(f);
    const struct book_row row = row_of(1);
    store_put_book_row(opened.store, &row);
    const int64_t begun_ms = loop_now_ms(opened.loop);
    for (int i = 0; i < 3; i++) {
        store_flush(opened.store); /* an attempt each time */
        loop_run(opened.loop);
    }
    assert_int_equal(opened.failures, 3);
    assert_true(loop_now_ms(opened.loop) - begun_ms >= 2000);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    close_it(&opened);
}

static void a_write_that_is_never_taken_does_not_hold_up_the_others(void **state) {
    struct opened opened;
    open_in(&opened, *state);
    struct book_row none = row_of(1);
    none.node_id = NODE_ID_NONE; /* against the table's own rules */
    const struct book_row good = row_of(2);
    store_put_book_row(opened.store, &none);
    store_put_book_row(opened.store, &good);
    assert_int_equal(load_book(&opened, 10).count, 1);
    assert_int_equal(store_count(opened.store).dropped, 1);
    assert_int_equal(store_count(opened.store).failures, 0);
    close_it(&opened);
}

static void ten_thousand_rows_are_written_and_loaded(void **state) {
    struct opened opened;
    open_in(&opened, *state);
    struct book_row row = row_of(1);
    row.key = (struct public_key){{0}};
    for (uint32_t i = 1; i <= LIMIT_BOOK_ROWS_MAX; i++) {
        memcpy(row.node_id.bytes, &i, sizeof i);
        store_put_book_row(opened.store, &row);
    }
    store_flush(opened.store);
    const struct store_counts counts = store_count(opened.store);
    assert_int_equal(counts.committed, LIMIT_BOOK_ROWS_MAX);
    assert_int_equal(counts.dropped, 0);
    assert_in_range(counts.commits, 1, 100);
    close_it(&opened);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_book_row_comes_back_as_it_was),
        TEST(an_anchor_comes_first),
        TEST(rows_are_replaced_removed_and_loaded_newest_first),
        TEST(rows_that_do_not_hold_are_skipped_and_counted),
        TEST(pins_come_back),
        TEST(presence_is_written_row_by_row),
        TEST(rows_that_wait_for_the_disk_are_joined),
        TEST(operations_come_back_as_they_were_in_their_order),
        TEST(the_choice_of_an_endpoint_comes_back),
        TEST(a_row_of_operations_out_of_form_is_passed_over),
        TEST(who_waits_is_told_what_came_of_it),
        TEST(presence_that_we_wrote_is_known_again),
        TEST(the_database_of_another_program_is_left_alone),
        TEST(the_database_of_a_newer_version_is_left_alone),
        TEST(what_is_no_database_is_left_alone),
        TEST(a_damaged_database_is_told_and_left_alone),
        TEST(an_empty_file_is_a_new_database),
        TEST(the_folder_is_made_and_its_files_are_ours_alone),
        TEST(a_folder_in_use_is_refused),
        TEST(a_file_held_by_another_program_fails_and_recovers),
        TEST(a_full_disk_fails_and_recovers),
        TEST(a_disk_that_fills_up_anywhere_leaves_a_whole_database),
        TEST(failures_are_told_at_most_once_a_second),
        TEST(a_write_that_is_never_taken_does_not_hold_up_the_others),
        TEST(ten_thousand_rows_are_written_and_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
