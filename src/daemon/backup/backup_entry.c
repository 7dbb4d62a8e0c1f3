/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/backup/backup_entry.h"

#include <string.h>

#include "base/encoding.h"
#include "base/must.h"

enum { MARK = 0x45, MODE = 0600, FIXED_SIZE = 28, HEX_SIZE = 64 };
static const char sealed_folder[] = "content/files/"; /* then ab/ and the manifest in hex */
enum { SEALED_NAME_SIZE = sizeof sealed_folder - 1 + 3 + HEX_SIZE };
_Static_assert(FIXED_SIZE + BACKUP_ENTRY_NAME_MAX == BACKUP_ENTRY_SIZE_MAX, "the members and the name");
_Static_assert((int)SEALED_NAME_SIZE <= (int)BACKUP_ENTRY_NAME_MAX, "the longest name fits");

static const char *const names[BACKUP_ENTRY_KINDS] = {
    [BACKUP_ENTRY_NODE_KEY] = "identity/node.key", [BACKUP_ENTRY_USER_KEY] = "identity/user.key",
    [BACKUP_ENTRY_COMMUNITY] = "community.secret", [BACKUP_ENTRY_STORE] = "skep.db",
    [BACKUP_ENTRY_CONTENT] = "content/content.db", [BACKUP_ENTRY_ACCOUNT] = "account.json",
};

const char *backup_entry_kind_name(enum backup_entry_kind kind) {
    return names[kind];
}

static bool is_sealed_name(struct span name) {
    if (name.size != SEALED_NAME_SIZE || !span_starts_with(name, span_of_text(sealed_folder))) return false;
    const uint8_t *folder = name.at + sizeof sealed_folder - 1, *hex = folder + 3;
    return folder[2] == '/' && memcmp(folder, hex, 2) == 0 && hex_is_lower((struct span){hex, HEX_SIZE});
}

static bool kind_find(struct span name, enum backup_entry_kind *kind) {
    for (unsigned i = 0; i < BACKUP_ENTRY_KINDS; i++) {
        *kind = (enum backup_entry_kind)i;
        if (names[i] == NULL ? is_sealed_name(name) : span_equal_text(name, names[i])) return true;
    }
    return false;
}

static bool is_within(const struct backup_entry *entry) {
    if (entry->whole > BACKUP_ENTRY_FILE_MAX || entry->size > entry->whole) return false;
    if (entry->kind != BACKUP_ENTRY_SEALED) return entry->offset == 0 && entry->size == entry->whole;
    return entry->size > 0 && entry->offset <= entry->whole - entry->size;
}

void backup_entry_write(struct buffer *out, const struct backup_entry *entry) {
    const struct span name = span_of_text(entry->name);
    enum backup_entry_kind kind;
    must(kind_find(name, &kind) && kind == entry->kind && is_within(entry));
    buffer_put_u8(out, MARK);
    buffer_put_u8(out, (uint8_t)name.size);
    buffer_put_u8(out, MODE >> 8);
    buffer_put_u8(out, MODE & 0xff);
    buffer_put_u64(out, entry->offset);
    buffer_put_u64(out, entry->size);
    buffer_put_u64(out, entry->whole);
    buffer_put(out, name);
}

enum backup_entry_verdict backup_entry_read(struct span bytes, struct backup_entry *entry, size_t *used) {
    *entry = (struct backup_entry){0};
    if (bytes.size > 0 && bytes.at[0] != MARK) return BACKUP_ENTRY_WRONG;
    if (bytes.size < FIXED_SIZE) return BACKUP_ENTRY_SHORT;
    const struct span name = {bytes.at + FIXED_SIZE, bytes.at[1]};
    if (name.size == 0 || name.size > BACKUP_ENTRY_NAME_MAX) return BACKUP_ENTRY_WRONG;
    if ((bytes.at[2] << 8 | bytes.at[3]) != MODE) return BACKUP_ENTRY_WRONG;
    if (bytes.size < FIXED_SIZE + name.size) return BACKUP_ENTRY_SHORT;
    entry->offset = bytes_read_u64(bytes.at + 4);
    entry->size = bytes_read_u64(bytes.at + 12);
    entry->whole = bytes_read_u64(bytes.at + 20);
    if (!span_copy_text(name, entry->name, sizeof entry->name)) return BACKUP_ENTRY_WRONG;
    if (!kind_find(name, &entry->kind) || !is_within(entry)) return BACKUP_ENTRY_WRONG;
    *used = FIXED_SIZE + name.size;
    return BACKUP_ENTRY_READ;
}
