/* SPDX-License-Identifier: Apache-2.0 */
/* What is told, kept and taken up again when the disk says no: calls to the system that are ours before they are its
 * own, a disk of two mebibytes, a folder that may not be written. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "unit/daemon/store/content/content_fixture.h"

enum { MIB = 1 << 20 };

/* ---- Calls that fail when a test wants them to, of files under content/files alone ---- */

static atomic_int sync_error, write_error, read_error, reserve_error;
static atomic_uint syncs; /* of sealed files */

static bool is_sealed_file(int fd) {
    char link[64], path[512];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return false;
    path[size] = '\0';
    return strstr(path, "/content/files/") != NULL;
}

static bool fails(int fd, atomic_int *error) {
    const int number = atomic_load(error);
    if (number == 0 || !is_sealed_file(fd)) return false;
    errno = number;
    return true;
}

int fdatasync(int fd) {
    if (is_sealed_file(fd)) atomic_fetch_add(&syncs, 1);
    return fails(fd, &sync_error) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
    return fails(fd, &write_error) ? -1 : (ssize_t)syscall(SYS_pwrite64, fd, bytes, size, at);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t at) {
    return fails(fd, &read_error) ? -1 : (ssize_t)syscall(SYS_pread64, fd, bytes, size, at);
}

int fallocate(int fd, int mode, off_t from, off_t size) {
    return fails(fd, &reserve_error) ? -1 : (int)syscall(SYS_fallocate, fd, mode, from, size);
}

static bool has_failed(const struct world *w) {
    return w->failures > 0;
}

static bool has_recovered(const struct world *w) {
    return w->recoveries > 0;
}

static void assert_said(const struct world *w, const char *words) {
    if (strstr(w->last_detail, words) == NULL) fail_msg("\"%s\" does not say \"%s\"", w->last_detail, words);
}

/* ---- Of the files ---- */

static void what_a_failed_sync_was_about_is_never_claimed(void **state) {
    struct world w;
    uint32_t missing[16];
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    write_chunks(&w, w.file, 0, 2, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    write_chunks(&w, w.file, 2, 5, 1);
    write_chunks(&w, w.file, 7, 8, 1);
    atomic_store(&sync_error, EIO);
    assert_int_equal(sync_file(&w, w.file), CONTENT_FAILED);
    assert_said(&w, "cannot sync ");
    assert_said(&w, "the disk may be failing");
    /* The system may have dropped those pages: a second sync must not be believed. */
    atomic_store(&sync_error, 0);
    assert_int_equal(w.failures, 1);
    assert_int_equal(w.fault_count, 2);
    assert_int_equal(w.faults[0].cause, CONTENT_FAULT_UNSYNCED);
    assert_int_equal(w.faults[0].index, 2);
    assert_int_equal(w.faults[0].count, 3);
    assert_int_equal(w.faults[1].index, 7);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    assert_int_equal(w.recoveries, 1);
    assert_int_equal(content_file_row(w.file).chunks_here, 2);
    assert_int_equal(content_file_next_missing(w.file, 0, missing, 16), 10);
    assert_int_equal(sql_number(w.f, "SELECT chunks_here FROM file"), 2);
    write_chunks(&w, w.file, 2, 12, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    assert_int_equal(w.completed, 1);
    content_file_close(w.file);
    world_close(&w);
}

/* In the order of things: no commit says that a chunk is there before its data were synced. */
static void each_claim_comes_after_a_sync(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    atomic_store(&syncs, 0);
    for (uint32_t index = 0; index < 11; index++) {
        write_chunks(&w, w.file, index, index + 1, 1);
        assert_int_equal(content_file_row(w.file).chunks_here, index);
        assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
        assert_int_equal(content_file_row(w.file).chunks_here, index + 1);
        assert_int_equal(atomic_load(&syncs), index + 1);
    }
    content_file_close(w.file);
    world_close(&w);
}

static bool is_completed(const struct world *w) {
    return w->completed > 0;
}

/* 16 MiB that come at once make four or so syncs at most, and the last comes without being asked for. */
static void syncs_are_few_and_completion_does_not_wait_for_the_tick(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(16ULL * MIB);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    atomic_store(&syncs, 0);
    write_chunks(&w, w.file, 0, shape.chunk_count, 1);
    await(&w, is_completed);
    assert_in_range(atomic_load(&syncs), 1, 20);
    content_file_close(w.file);
    world_close(&w);
}

static void a_chunk_that_cannot_be_written_is_told_and_may_come_again(void **state) {
    static const struct {
        int error;
        const char *words;
    } cases[] = {{EIO, "look at the system's log"},
                 {ENOSPC, "make room on that disk"},
                 {EROFS, "make that disk writable again"},
                 {EDQUOT, "lower what content may use"}};
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        atomic_store(&write_error, cases[i].error);
        write_chunks(&w, w.file, 0, 1, 1);
        atomic_store(&write_error, 0);
        assert_int_equal(w.answer, CONTENT_FAILED);
        assert_said(&w, "cannot write ");
        assert_said(&w, path_of(&w, &manifest));
        assert_said(&w, cases[i].words);
    }
    write_chunks(&w, w.file, 0, 12, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    assert_int_equal(w.completed, 1);
    content_file_close(w.file);
    world_close(&w);
}

static void a_file_without_room_on_the_disk_is_not_made(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    atomic_store(&reserve_error, ENOSPC);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_FAILED);
    atomic_store(&reserve_error, 0);
    assert_said(&w, "cannot set 3145920 bytes aside for ");
    assert_said(&w, "make room on that disk");
    assert_int_not_equal(access(path_of(&w, &manifest), F_OK), 0);
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_NONE); /* nor is its row left */
    assert_int_equal(content_store_usage(w.store).bytes_used, 0);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    content_file_close(w.file);
    world_close(&w);
}

/* Where blocks cannot be set aside, what is free has to do. */
static void a_file_system_without_reservation_is_taken(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1), huge = id_numbered(2);
    struct file_shape shape = shape_of(3 * MIB);
    atomic_store(&reserve_error, EOPNOTSUPP);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    write_chunks(&w, w.file, 0, 12, 1);
    assert_int_equal(sync_file(&w, w.file), CONTENT_OK);
    content_file_close(w.file);
    shape = shape_of(FILE_SIZE_MAX);
    assert_int_equal(open_file(&w, &huge, &shape), CONTENT_FAILED);
    atomic_store(&reserve_error, 0);
    assert_said(&w, "No space left on device");
    world_close(&w);
}

/* A place that cannot be read is rotten, and fetched again; a disk that may not be read says nothing of its chunks. */
static void what_cannot_be_read_is_told_apart(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1);
    const struct file_shape shape = shape_of(3 * MIB);
    struct object_id id;
    size_t size;
    memory_free(chunk_make(&shape, 3, 1, &size, &id));
    atomic_store(&read_error, EACCES);
    assert_int_equal(load(&w, &id), CONTENT_FAILED);
    assert_said(&w, "give the user that runs skep access");
    content_store_scrub(w.store, 1ULL << 40);
    w.failures = 0;
    await(&w, has_failed);
    content_store_scrub(w.store, 0);
    assert_int_equal(w.fault_count, 0);
    atomic_store(&read_error, EIO);
    assert_int_equal(load(&w, &id), CONTENT_ROTTEN);
    atomic_store(&read_error, 0);
    await(&w, has_fault);
    assert_int_equal(w.faults[0].index, 3);
    assert_int_equal(w.faults[0].count, 1);
    world_close(&w);
    (void)manifest;
}

/* Nobody asks for it any more, and other things are read: it is over when that file can be read, and not before. */
static void a_file_that_was_refused_is_tried_until_it_is_given(void **state) {
    struct world w;
    uint8_t memory[100];
    world_open(&w, *state);
    const struct object_id other = file_fill(&w, 3 * MIB, 2), post = id_numbered(7);
    (void)file_fill(&w, 3 * MIB, 1);
    const struct file_shape shape = shape_of(3 * MIB);
    struct object_id id;
    size_t size;
    memory_free(chunk_make(&shape, 3, 1, &size, &id));
    bytes_make(memory, sizeof memory, 1);
    assert_int_equal(put_and_wait(&w, &post, OBJECT_POST, (struct span){memory, sizeof memory}), CONTENT_OK);
    atomic_store(&read_error, EACCES);
    assert_int_equal(load(&w, &id), CONTENT_FAILED);
    content_store_probe(w.store);
    assert_int_equal(load(&w, &post), CONTENT_OK);
    assert_int_equal(open_file(&w, &other, NULL), CONTENT_OK); /* the files' thread comes to it after the probe */
    content_file_close(w.file);
    assert_int_equal(load(&w, &post), CONTENT_OK);
    assert_int_equal(w.recoveries, 0);
    atomic_store(&read_error, 0);
    content_store_probe(w.store);
    await(&w, has_recovered);
    content_store_probe(w.store); /* of nothing */
    assert_int_equal(load(&w, &id), CONTENT_OK);
    assert_int_equal(w.recoveries, 1);
    world_close(&w);
}

/* The same of a file that has gone meanwhile, and of a folder that takes nothing. */
static void what_was_refused_and_is_gone_is_no_trouble(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = id_numbered(1);
    const struct file_shape shape = shape_of(3 * MIB);
    atomic_store(&reserve_error, ENOSPC);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_FAILED);
    atomic_store(&reserve_error, 0);
    assert_int_equal(w.failures, 1);
    content_store_probe(w.store);
    await(&w, has_recovered);
    assert_int_equal(rename(in_folder(w.f, "content/files"), in_folder(w.f, "content/away")), 0);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_FAILED);
    content_store_probe(w.store);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_FAILED);
    assert_int_equal(w.recoveries, 1);
    assert_int_equal(rename(in_folder(w.f, "content/away"), in_folder(w.f, "content/files")), 0);
    w.recoveries = 0;
    content_store_probe(w.store);
    await(&w, has_recovered);
    assert_int_not_equal(access(in_folder(w.f, "content/files/probe"), F_OK), 0);
    world_close(&w);
}

static void a_folder_of_files_that_was_taken_away_says_nothing_of_its_chunks(void **state) {
    struct world w;
    world_open(&w, *state);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1);
    const struct file_shape shape = shape_of(3 * MIB);
    struct object_id id;
    size_t size;
    memory_free(chunk_make(&shape, 3, 1, &size, &id));
    assert_int_equal(rename(in_folder(w.f, "content/files"), in_folder(w.f, "content/away")), 0);
    assert_int_equal(load(&w, &id), CONTENT_FAILED);
    assert_said(&w, "was the disk taken away");
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_FAILED);
    assert_int_equal(rename(in_folder(w.f, "content/away"), in_folder(w.f, "content/files")), 0);
    assert_int_equal(load(&w, &id), CONTENT_OK);
    assert_int_equal(w.fault_count, 0);
    world_close(&w);
}

/* ---- Of the database ---- */

static void limit_files(rlim_t bytes) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* No file may grow any more, which is what a full disk looks like from here: nothing is acknowledged that is not kept,
 * what was written to a file is claimed once there is room. */
static void a_full_disk_fails_what_is_put_and_works_again(void **state) {
    struct world w;
    uint8_t memory[4096];
    bytes_make(memory, sizeof memory, 1);
    const struct span bytes = {memory, sizeof memory};
    const struct object_id before = id_numbered(1), during = id_numbered(2), manifest = id_numbered(3);
    const struct file_shape shape = shape_of(3 * MIB);
    (void)signal(SIGXFSZ, SIG_IGN);
    world_open(&w, *state);
    assert_int_equal(put_and_wait(&w, &before, OBJECT_POST, bytes), CONTENT_OK);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    limit_files(0);
    assert_int_equal(put_and_wait(&w, &during, OBJECT_POST, bytes), CONTENT_FAILED);
    assert_said(&w, "content.db");
    limit_files(4 * MIB); /* the file may be written, the database too, a little */
    struct content_file *file = w.file;
    write_chunks(&w, file, 0, 1, 1);
    limit_files(0);
    assert_int_equal(sync_file(&w, file), CONTENT_FAILED);
    assert_false(content_file_has(file, 0));
    assert_int_equal(load(&w, &before), CONTENT_OK);
    assert_int_equal(load(&w, &during), CONTENT_NONE);
    limit_files(RLIM_INFINITY);
    w.recoveries = 0;
    await(&w, has_recovered); /* by the tick: the chunk was kept, and is claimed now */
    assert_true(content_file_has(file, 0));
    assert_int_equal(put_and_wait(&w, &during, OBJECT_POST, bytes), CONTENT_OK);
    content_file_close(file);
    world_reopen(&w);
    assert_int_equal(load(&w, &before), CONTENT_OK);
    assert_int_equal(load(&w, &during), CONTENT_OK);
    world_close(&w);
}

static void a_database_held_by_another_program_fails_and_works_again(void **state) {
    struct world w;
    sqlite3 *other = NULL;
    const struct object_id id = id_numbered(1);
    world_open(&w, *state);
    assert_int_equal(sqlite3_open(in_folder(w.f, "content/content.db"), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, SPAN_LITERAL("text")), CONTENT_FAILED);
    assert_said(&w, "another program holds it");
    assert_int_equal(load(&w, &id), CONTENT_NONE); /* reading goes on */
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, SPAN_LITERAL("text")), CONTENT_OK);
    assert_int_equal(w.recoveries, 1);
    world_close(&w);
}

/* ---- A disk of its own: for who may mount one (root, or where user namespaces are allowed) ---- */

/* Runs `body` in a child with mounts of its own; false when that is not allowed here. */
static bool in_own_mounts(const struct fixture *f, void (*body)(const struct fixture *f)) {
    int status;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const bool may = (unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
                         mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
        if (!may || mount("none", f->folder, "tmpfs", 0, "size=2m") != 0) _exit(77);
        body(f);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) return false;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    return true;
}

static void fill_the_disk(const struct fixture *f) {
    struct world w;
    uint8_t memory[60000];
    bytes_make(memory, sizeof memory, 1);
    const struct span bytes = {memory, sizeof memory};
    const struct object_id manifest = id_numbered(1000), late = id_numbered(1001);
    const struct file_shape shape = shape_of(8 * MIB);
    uint64_t taken = 0;
    struct object_id id;
    world_open(&w, f);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_FAILED);
    assert_said(&w, "No space left on device; make room on that disk");
    while ((id = id_numbered(taken), put_and_wait(&w, &id, OBJECT_POST, bytes)) == CONTENT_OK) taken++;
    assert_int_equal(w.answer, CONTENT_FAILED);
    assert_said(&w, "the disk is full");
    assert_said(&w, "make room on that disk");
    assert_in_range(taken, 5, 40);
    assert_int_equal(mount(NULL, f->folder, NULL, MS_REMOUNT, "size=32m"), 0);
    assert_int_equal(put_and_wait(&w, &late, OBJECT_POST, bytes), CONTENT_OK);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    content_file_close(w.file);
    world_reopen(&w);
    for (uint64_t i = 0; i < taken; i++) {
        id = id_numbered(i);
        assert_int_equal(load(&w, &id), CONTENT_OK); /* all that was acknowledged */
    }
    assert_int_equal(load(&w, &late), CONTENT_OK);
    world_close(&w);
}

static void a_disk_that_is_full_indeed_loses_nothing_acknowledged(void **state) {
    if (!in_own_mounts(*state, fill_the_disk)) skip();
}

static void make_read_only(const struct fixture *f) {
    struct world w;
    struct err_detail detail = {0};
    const struct object_id id = id_numbered(1), manifest = id_numbered(2);
    const struct file_shape shape = shape_of(100000);
    assert_int_equal(mount(NULL, f->folder, NULL, MS_REMOUNT | MS_RDONLY, "size=2m"), 0);
    assert_int_equal(world_try(&w, f, f->folder, 0, &detail), ERR_PERMISSION);
    if (strstr(detail.text, "make that disk writable again") == NULL) fail_msg("%s", detail.text);
    assert_int_equal(mount(NULL, f->folder, NULL, MS_REMOUNT, "size=2m"), 0);
    world_open(&w, f);
    const struct file_shape other = shape_of(100001);
    const struct object_id made = id_numbered(3);
    assert_int_equal(open_file(&w, &made, &other), CONTENT_OK);
    content_file_close(w.file);
    world_close(&w);
    assert_int_equal(mount(NULL, f->folder, NULL, MS_REMOUNT | MS_RDONLY, "size=2m"), 0);
    assert_int_not_equal(world_try(&w, f, f->folder, 0, &detail), ERR_OK);
    assert_int_equal(mount(NULL, f->folder, NULL, MS_REMOUNT, "size=2m"), 0);
    world_open(&w, f);
    assert_int_equal(put_and_wait(&w, &id, OBJECT_POST, SPAN_LITERAL("text")), CONTENT_OK);
    assert_int_equal(open_file(&w, &manifest, &shape), CONTENT_OK);
    content_file_close(w.file);
    world_close(&w);
}

static void a_read_only_disk_is_told_and_works_once_it_is_not(void **state) {
    if (!in_own_mounts(*state, make_read_only)) skip();
}

/* As somebody whom permissions bind: root, as which a test may run, may do everything. */
static void try_without_access(const struct fixture *f) {
    struct world w;
    if (geteuid() == 0 && (chown(f->folder, 65534, 65534) != 0 || setuid(65534) != 0)) _exit(77);
    world_open(&w, f);
    const struct object_id manifest = file_fill(&w, 3 * MIB, 1), other = id_numbered(2);
    const struct file_shape shape = shape_of(3 * MIB);
    struct object_id id;
    size_t size;
    memory_free(chunk_make(&shape, 0, 1, &size, &id));
    assert_int_equal(chmod(path_of(&w, &manifest), 0), 0);
    assert_int_equal(load(&w, &id), CONTENT_FAILED);
    assert_said(&w, "Permission denied; give the user that runs skep access to it");
    assert_int_equal(open_file(&w, &manifest, NULL), CONTENT_FAILED);
    assert_int_equal(w.fault_count, 0);
    assert_int_equal(chmod(path_of(&w, &manifest), 0600), 0);
    assert_int_equal(load(&w, &id), CONTENT_OK);
    assert_int_equal(chmod(in_folder(f, "content/files"), 0500), 0);
    assert_int_equal(open_file(&w, &other, &shape), CONTENT_FAILED);
    assert_said(&w, "cannot make the folder ");
    assert_said(&w, "give the user that runs skep access to it");
    assert_int_equal(chmod(in_folder(f, "content/files"), 0700), 0);
    assert_int_equal(open_file(&w, &other, &shape), CONTENT_OK);
    content_file_close(w.file);
    world_close(&w);
}

static void wrong_permissions_are_told_and_say_nothing_of_the_chunks(void **state) {
    const struct fixture *f = *state;
    int status;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        try_without_access(f);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_a_failed_sync_was_about_is_never_claimed),
        TEST(each_claim_comes_after_a_sync),
        TEST(syncs_are_few_and_completion_does_not_wait_for_the_tick),
        TEST(a_chunk_that_cannot_be_written_is_told_and_may_come_again),
        TEST(a_file_without_room_on_the_disk_is_not_made),
        TEST(a_file_system_without_reservation_is_taken),
        TEST(what_cannot_be_read_is_told_apart),
        TEST(a_file_that_was_refused_is_tried_until_it_is_given),
        TEST(what_was_refused_and_is_gone_is_no_trouble),
        TEST(a_folder_of_files_that_was_taken_away_says_nothing_of_its_chunks),
        TEST(a_full_disk_fails_what_is_put_and_works_again),
        TEST(a_database_held_by_another_program_fails_and_works_again),
        TEST(a_disk_that_is_full_indeed_loses_nothing_acknowledged),
        TEST(a_read_only_disk_is_told_and_works_once_it_is_not),
        TEST(wrong_permissions_are_told_and_say_nothing_of_the_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
