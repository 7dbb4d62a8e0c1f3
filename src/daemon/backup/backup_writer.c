/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/backup/backup_writer.h"

#include <errno.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "crypto/wipe.h"
#include "daemon/store/folder_file.h"

struct backup_writer {
    int fd;
    const char *path;
    struct seal_stream stream;
    uint8_t head[BACKUP_HEAD_SIZE];
    uint64_t left; /* bytes of the entry that began */
    uint64_t entries, bytes;
    size_t size; /* of the piece so far */
    uint8_t piece[BACKUP_PIECE_SIZE];
    uint8_t sealed[BACKUP_SEALED_SIZE];
};

static enum err bytes_write(const struct backup_writer *writer, struct span bytes, struct err_detail *detail) {
    while (bytes.size > 0) {
        const ssize_t written = write(writer->fd, bytes.at, bytes.size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return folder_failed(detail, "write", writer->path);
        bytes = (struct span){bytes.at + written, bytes.size - (size_t)written};
    }
    return ERR_OK;
}

static enum err piece_write(struct backup_writer *writer, bool is_last, struct err_detail *detail) {
    struct buffer out = buffer_over(writer->sealed, sizeof writer->sealed);
    const struct span head = {writer->head, sizeof writer->head}, piece = {writer->piece, writer->size};
    must(seal_stream_close(&writer->stream, head, piece, is_last, &out));
    writer->size = 0;
    return bytes_write(writer, buffer_span(&out), detail);
}

enum err backup_writer_new(struct backup_writer **out, int fd, const char *path, const struct stretch *stretch,
                           const struct seal_key *key, struct err_detail *detail) {
    struct backup_writer *writer = memory_zeroed(1, sizeof *writer);
    struct backup_head head = {.stretch = *stretch};
    writer->fd = fd;
    writer->path = path;
    seal_stream_begin(&writer->stream, key, head.header);
    backup_head_write(&head, writer->head);
    *out = writer;
    return bytes_write(writer, (struct span){writer->head, sizeof writer->head}, detail);
}

void backup_writer_free(struct backup_writer *writer) {
    if (writer == NULL) return;
    seal_stream_deinit(&writer->stream);
    wipe_bytes(writer->piece, sizeof writer->piece);
    memory_free(writer);
}

/* A full piece goes when there is more: the last one is never empty. */
static enum err text_put(struct backup_writer *writer, struct span bytes, struct err_detail *detail) {
    enum err err = ERR_OK;
    while (bytes.size > 0 && err == ERR_OK) {
        if (writer->size == sizeof writer->piece) err = piece_write(writer, false, detail);
        const size_t room = sizeof writer->piece - writer->size;
        const struct span now = {bytes.at, bytes.size < room ? bytes.size : room};
        struct buffer piece = {writer->piece, writer->size, sizeof writer->piece, false};
        buffer_put(&piece, now);
        writer->size = piece.size;
        bytes = (struct span){bytes.at + now.size, bytes.size - now.size};
    }
    return err;
}

enum err backup_writer_begin(struct backup_writer *writer, const struct backup_entry *entry,
                             struct err_detail *detail) {
    uint8_t memory[BACKUP_ENTRY_SIZE_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    must(writer->left == 0);
    backup_entry_write(&text, entry);
    must(!text.overflowed);
    writer->left = entry->size;
    writer->entries++;
    return text_put(writer, buffer_span(&text), detail);
}

enum err backup_writer_put(struct backup_writer *writer, struct span bytes, struct err_detail *detail) {
    must(bytes.size <= writer->left);
    writer->left -= bytes.size;
    writer->bytes += bytes.size;
    return text_put(writer, bytes, detail);
}

enum err backup_writer_finish(struct backup_writer *writer, struct err_detail *detail) {
    must(writer->left == 0);
    return piece_write(writer, true, detail);
}

uint64_t backup_writer_entries(const struct backup_writer *writer) {
    return writer->entries;
}

uint64_t backup_writer_bytes(const struct backup_writer *writer) {
    return writer->bytes;
}
