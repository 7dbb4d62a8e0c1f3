/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/backup/backup_head.h"

#include <string.h>

#include "base/must.h"
#include "crypto/hash.h"

/* A line's ends and the end of a text file: what mangles them on the way is seen at once. */
static const uint8_t magic[16] = "skep-backup\r\n\x1a\n";
enum {
    VERSION_AT = sizeof magic,
    PASSES_AT = VERSION_AT + 4,
    MEMORY_AT = PASSES_AT + 4,
    SALT_AT = MEMORY_AT + 8,
    HEADER_AT = SALT_AT + STRETCH_SALT_SIZE,
    SUM_AT = HEADER_AT + SEAL_STREAM_HEADER_SIZE,
    SUM_SIZE = 16,
};
_Static_assert(SUM_AT + SUM_SIZE == BACKUP_HEAD_SIZE, "the members fill the head");

void backup_head_write(const struct backup_head *head, uint8_t bytes[BACKUP_HEAD_SIZE]) {
    struct buffer out = buffer_over(bytes, BACKUP_HEAD_SIZE);
    buffer_put(&out, (struct span){magic, sizeof magic});
    buffer_put_u32(&out, BACKUP_VERSION);
    buffer_put_u32(&out, head->stretch.passes);
    buffer_put_u64(&out, head->stretch.memory_bytes);
    buffer_put(&out, (struct span){head->stretch.salt, sizeof head->stretch.salt});
    buffer_put(&out, (struct span){head->header, sizeof head->header});
    const struct sha256 sum = hash_sha256(buffer_span(&out));
    buffer_put(&out, (struct span){sum.bytes, SUM_SIZE});
    must(!out.overflowed && out.size == BACKUP_HEAD_SIZE);
}

/* The version before the sum: what stands behind it in a newer one is not ours to judge. */
enum backup_head_verdict backup_head_read(struct span bytes, struct backup_head *head) {
    const size_t common = bytes.size < sizeof magic ? bytes.size : sizeof magic;
    if (bytes.size == 0 || memcmp(bytes.at, magic, common) != 0) return BACKUP_HEAD_FOREIGN;
    if (bytes.size < PASSES_AT) return BACKUP_HEAD_CUT;
    if (bytes_read_u32(bytes.at + VERSION_AT) > BACKUP_VERSION) return BACKUP_HEAD_NEWER;
    if (bytes.size < BACKUP_HEAD_SIZE) return BACKUP_HEAD_CUT;
    const struct sha256 sum = hash_sha256((struct span){bytes.at, SUM_AT});
    if (memcmp(sum.bytes, bytes.at + SUM_AT, SUM_SIZE) != 0) return BACKUP_HEAD_DAMAGED;
    if (bytes_read_u32(bytes.at + VERSION_AT) != BACKUP_VERSION) return BACKUP_HEAD_DAMAGED;
    head->stretch.passes = bytes_read_u32(bytes.at + PASSES_AT);
    head->stretch.memory_bytes = bytes_read_u64(bytes.at + MEMORY_AT);
    memcpy(head->stretch.salt, bytes.at + SALT_AT, sizeof head->stretch.salt);
    memcpy(head->header, bytes.at + HEADER_AT, sizeof head->header);
    return stretch_is_allowed(&head->stretch) ? BACKUP_HEAD_GOOD : BACKUP_HEAD_UNREASONABLE;
}
