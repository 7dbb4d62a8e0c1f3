/* SPDX-License-Identifier: Apache-2.0 */
/* What a backup is made of, of any bytes: its head; its entries, one behind the other; its account. What is read lies
 * within its limits, names nothing outside of a data folder, and is the same when it is written and read again. */
#include "fuzz_target.h"

#include "base/must.h"
#include "daemon/backup/account.h"
#include "daemon/backup/backup_entry.h"
#include "daemon/backup/backup_head.h"

#include <string.h>

static void check_head(struct span bytes) {
    struct backup_head head, again;
    uint8_t memory[BACKUP_HEAD_SIZE];
    if (backup_head_read(bytes, &head) != BACKUP_HEAD_GOOD) return;
    must(stretch_is_allowed(&head.stretch));
    backup_head_write(&head, memory);
    must(memcmp(memory, bytes.at, sizeof memory) == 0);
    must(backup_head_read((struct span){memory, sizeof memory}, &again) == BACKUP_HEAD_GOOD);
}

static void check_entry(const struct backup_entry *entry, struct span bytes, size_t used) {
    uint8_t memory[BACKUP_ENTRY_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    must(used <= bytes.size && used <= BACKUP_ENTRY_SIZE_MAX);
    must(entry->whole <= BACKUP_ENTRY_FILE_MAX && entry->size <= entry->whole);
    must(entry->offset <= entry->whole - entry->size);
    must(entry->name[0] != '/' && strstr(entry->name, "..") == NULL && strlen(entry->name) <= BACKUP_ENTRY_NAME_MAX);
    backup_entry_write(&out, entry);
    must(!out.overflowed && out.size == used && memcmp(memory, bytes.at, used) == 0);
}

static void check_entries(struct span bytes) {
    struct backup_entry entry;
    size_t used = 0;
    while (backup_entry_read(bytes, &entry, &used) == BACKUP_ENTRY_READ) {
        check_entry(&entry, bytes, used);
        if (entry.size > bytes.size - used) return;
        bytes = (struct span){bytes.at + used + entry.size, bytes.size - used - (size_t)entry.size};
    }
}

static void check_account(struct span text) {
    struct account account, again;
    uint8_t memory[ACCOUNT_TEXT_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    if (text.size > ACCOUNT_TEXT_MAX || !account_read(text, &account)) return;
    account_write(&out, &account);
    if (out.overflowed) return; /* what was escaped shortly may be long */
    must(account_read(buffer_span(&out), &again));
    must(strcmp(again.agent, account.agent) == 0 && again.bytes == account.bytes);
    must(node_id_equal(&again.node_id, &account.node_id));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct span bytes = {data, size};
    check_head(bytes);
    check_entries(bytes);
    check_account(bytes);
    return 0;
}
