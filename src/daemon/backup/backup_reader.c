/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/backup/backup_reader.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "crypto/wipe.h"
#include "daemon/backup/backup_head.h"
#include "daemon/backup/backup_writer.h"
#include "daemon/store/folder_file.h"

struct backup_reader {
    int fd;
    const char *path;
    uint64_t total, done; /* bytes of the file */
    uint8_t head[BACKUP_HEAD_SIZE];
    struct backup_head parsed;
    struct seal_stream stream;
    bool has_piece;   /* one has opened */
    bool has_ended;   /* the last one has */
    struct span rest; /* of the text, what nobody has looked at */
    struct backup_entry entry;
    bool has_kind[BACKUP_ENTRY_KINDS];
    uint64_t entries, bytes;
    uint8_t sealed[BACKUP_SEALED_SIZE + 1]; /* one byte more, which there is none of behind the last piece */
    size_t sealed_size;
    uint8_t text[BACKUP_ENTRY_SIZE_MAX + BACKUP_PIECE_SIZE];
};

/* ---- The file ---- */

static enum err damaged(const struct backup_reader *reader, const char *words, struct err_detail *detail) {
    return err_set(detail, ERR_DAMAGED, "%s is damaged: %s, at byte %llu of %llu; nothing of it was used", reader->path,
                   words, (unsigned long long)reader->done, (unsigned long long)reader->total);
}

/* As much as there is, up to `size`. */
static enum err file_read(struct backup_reader *reader, uint8_t *at, size_t size, size_t *got,
                          struct err_detail *detail) {
    for (*got = 0; *got < size;) {
        const ssize_t now = read(reader->fd, at + *got, size - *got);
        if (now < 0 && errno == EINTR) continue;
        if (now < 0) return folder_failed(detail, "read", reader->path);
        if (now == 0) break;
        *got += (size_t)now;
    }
    return ERR_OK;
}

static enum err head_judge(struct backup_reader *reader, size_t size, struct err_detail *detail) {
    switch (backup_head_read((struct span){reader->head, size}, &reader->parsed)) {
    case BACKUP_HEAD_GOOD: return ERR_OK;
    case BACKUP_HEAD_FOREIGN: return err_set(detail, ERR_FOREIGN, "%s is no backup of skep's", reader->path);
    case BACKUP_HEAD_NEWER:
        return err_set(detail, ERR_FOREIGN,
                       "%s was made by a newer skep, whose backups this one cannot read; update "
                       "skep",
                       reader->path);
    case BACKUP_HEAD_CUT: return damaged(reader, "it ends within its head", detail);
    case BACKUP_HEAD_DAMAGED: return damaged(reader, "its head is not what was written", detail);
    case BACKUP_HEAD_UNREASONABLE: return damaged(reader, "it asks for other work than skep's backups do", detail);
    }
    return ERR_DAMAGED;
}

enum err backup_reader_open(struct backup_reader **out, int fd, const char *path, struct err_detail *detail) {
    struct backup_reader *reader = memory_zeroed(1, sizeof *reader);
    struct stat status;
    size_t size = 0;
    reader->fd = fd;
    reader->path = path;
    if (fstat(fd, &status) == 0) reader->total = (uint64_t)status.st_size;
    enum err err = file_read(reader, reader->head, sizeof reader->head, &size, detail);
    if (err == ERR_OK) err = head_judge(reader, size, detail);
    reader->done = size;
    *out = reader;
    if (err == ERR_OK) return ERR_OK;
    backup_reader_free(reader);
    *out = NULL;
    return err;
}

void backup_reader_free(struct backup_reader *reader) {
    if (reader == NULL) return;
    wipe_bytes(reader, sizeof *reader);
    memory_free(reader);
}

enum err backup_reader_unlock(struct backup_reader *reader, struct span passphrase, struct err_detail *detail) {
    struct seal_key key;
    if (!stretch_passphrase(&reader->parsed.stretch, passphrase, &key))
        return err_set(detail, ERR_MEMORY, "a passphrase takes %llu MiB of memory to try, which are not there",
                       (unsigned long long)(reader->parsed.stretch.memory_bytes >> 20));
    backup_reader_unlock_with(reader, &key);
    wipe_bytes(&key, sizeof key);
    return ERR_OK;
}

void backup_reader_unlock_with(struct backup_reader *reader, const struct seal_key *key) {
    seal_stream_join(&reader->stream, key, reader->parsed.header);
}

/* ---- Pieces ---- */

static enum err piece_open(struct backup_reader *reader, size_t size, struct err_detail *detail) {
    struct buffer text = {reader->text, reader->rest.size, sizeof reader->text, false};
    const struct span head = {reader->head, sizeof reader->head};
    if (seal_stream_open(&reader->stream, head, (struct span){reader->sealed, size}, &text, &reader->has_ended)) {
        reader->has_piece = true;
        reader->rest = buffer_span(&text);
        return ERR_OK;
    }
    if (reader->has_piece) return damaged(reader, "a part of it does not open, or is not all there", detail);
    return err_set(detail, ERR_REFUSED, "this is not the passphrase of %s (or its first part is damaged)",
                   reader->path);
}

/* The next piece of the text, behind what is left of the last. A byte is read ahead, because the file must end with the
 * piece that says it is the last. */
static enum err piece_read(struct backup_reader *reader, struct err_detail *detail) {
    size_t got = 0;
    if (reader->has_ended) return damaged(reader, "an entry is not all there", detail);
    must(reader->rest.size < BACKUP_ENTRY_SIZE_MAX);
    memmove(reader->text, reader->rest.at == NULL ? reader->text : reader->rest.at, reader->rest.size);
    reader->rest.at = reader->text;
    enum err err = file_read(reader, reader->sealed + reader->sealed_size, sizeof reader->sealed - reader->sealed_size,
                             &got, detail);
    if (err != ERR_OK) return err;
    reader->sealed_size += got;
    if (reader->sealed_size == 0) return damaged(reader, "it is cut off", detail);
    const bool has_more = reader->sealed_size == sizeof reader->sealed;
    const size_t size = has_more ? BACKUP_SEALED_SIZE : reader->sealed_size;
    err = piece_open(reader, size, detail);
    reader->done += size;
    reader->sealed_size -= size;
    if (reader->sealed_size > 0) reader->sealed[0] = reader->sealed[size];
    if (err == ERR_OK && reader->has_ended && has_more) return damaged(reader, "something follows its end", detail);
    return err;
}

/* ---- Entries ---- */

static bool may_follow(const struct backup_reader *reader, const struct backup_entry *entry) {
    const struct backup_entry *last = &reader->entry;
    if (reader->entries == 0) return entry->kind == BACKUP_ENTRY_NODE_KEY;
    if (entry->kind == BACKUP_ENTRY_ACCOUNT && !reader->has_kind[BACKUP_ENTRY_STORE]) return false;
    if (entry->kind != BACKUP_ENTRY_SEALED || last->kind != BACKUP_ENTRY_SEALED) return entry->kind > last->kind;
    if (strcmp(entry->name, last->name) != 0) return true;
    return entry->whole == last->whole && entry->offset >= last->offset + last->size;
}

static enum err entry_next(struct backup_reader *reader, struct err_detail *detail) {
    struct backup_entry entry;
    size_t used = 0;
    enum backup_entry_verdict verdict;
    while ((verdict = backup_entry_read(reader->rest, &entry, &used)) == BACKUP_ENTRY_SHORT) {
        const enum err err = piece_read(reader, detail);
        if (err != ERR_OK) return err;
    }
    if (verdict == BACKUP_ENTRY_WRONG) return damaged(reader, "it holds something that no backup does", detail);
    if (!may_follow(reader, &entry)) return damaged(reader, "its entries are not in order", detail);
    reader->rest = (struct span){reader->rest.at + used, reader->rest.size - used};
    reader->entry = entry;
    reader->has_kind[entry.kind] = true;
    return ERR_OK;
}

static enum err entry_bytes(struct backup_reader *reader, const struct backup_sink *sink, struct buffer *account,
                            struct err_detail *detail) {
    enum err err = ERR_OK;
    for (uint64_t left = reader->entry.size; left > 0 && err == ERR_OK;) {
        if (reader->rest.size == 0) err = piece_read(reader, detail);
        if (err != ERR_OK) break;
        if (sink->moved != NULL && !sink->moved(sink->context, reader->done, reader->total))
            return err_set(detail, ERR_TIMEOUT, "stopped");
        const struct span now = {reader->rest.at, left < reader->rest.size ? (size_t)left : reader->rest.size};
        reader->rest = (struct span){now.at + now.size, reader->rest.size - now.size};
        left -= now.size;
        if (reader->entry.kind == BACKUP_ENTRY_ACCOUNT)
            buffer_put(account, now);
        else if (sink->put != NULL)
            err = sink->put(sink->context, now, detail);
    }
    return err;
}

static enum err entry_take(struct backup_reader *reader, const struct backup_sink *sink, struct err_detail *detail) {
    const bool is_begun = sink->begin != NULL;
    enum err err = is_begun ? sink->begin(sink->context, &reader->entry, detail) : ERR_OK;
    if (err == ERR_OK) err = entry_bytes(reader, sink, NULL, detail);
    if (err == ERR_OK && sink->end != NULL) err = sink->end(sink->context, detail);
    reader->entries++;
    reader->bytes += reader->entry.size;
    return err;
}

static enum err account_take(struct backup_reader *reader, const struct backup_sink *sink, struct account *account,
                             struct err_detail *detail) {
    uint8_t memory[ACCOUNT_TEXT_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    const enum err err = entry_bytes(reader, sink, &text, detail);
    if (err != ERR_OK) return err;
    if (text.overflowed || !account_read(buffer_span(&text), account))
        return damaged(reader, "its account cannot be read", detail);
    if (account->entries != reader->entries || account->bytes != reader->bytes)
        return damaged(reader, "its account says something else than is in it", detail);
    if (!reader->has_ended || reader->rest.size > 0) return damaged(reader, "something follows its account", detail);
    return ERR_OK;
}

enum err backup_reader_read(struct backup_reader *reader, const struct backup_sink *sink, struct account *account,
                            struct err_detail *detail) {
    enum err err;
    while ((err = entry_next(reader, detail)) == ERR_OK && reader->entry.kind != BACKUP_ENTRY_ACCOUNT) {
        err = entry_take(reader, sink, detail);
        if (err != ERR_OK) return err;
    }
    return err == ERR_OK ? account_take(reader, sink, account, detail) : err;
}
