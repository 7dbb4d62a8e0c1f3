/* SPDX-License-Identifier: Apache-2.0 */
/* Base64, base32 and hex: any bytes come back from their text, and a strict reader accepts nothing but the text that
 * its writer gives. */
#include "fuzz_target.h"

#include "base/encoding.h"
#include "base/must.h"

enum { ROOM = 1 << 16 };

static uint8_t text_memory[2 * ROOM], bytes_memory[2 * ROOM];

typedef void writer(struct buffer *out, struct span bytes);
typedef bool reader(struct span text, struct buffer *out);

static void check_bytes_come_back(struct span bytes, writer *write, reader *read) {
    struct buffer text = buffer_over(text_memory, sizeof text_memory);
    struct buffer back = buffer_over(bytes_memory, sizeof bytes_memory);
    write(&text, bytes);
    must(!text.overflowed && read(buffer_span(&text), &back));
    must(span_equal(buffer_span(&back), bytes));
}

static void check_text_is_the_only_one(struct span text, writer *write, reader *read) {
    struct buffer bytes = buffer_over(bytes_memory, sizeof bytes_memory);
    struct buffer again = buffer_over(text_memory, sizeof text_memory);
    if (!read(text, &bytes)) {
        must_le(bytes.size, 0);
        return;
    }
    write(&again, buffer_span(&bytes));
    must(span_equal(buffer_span(&again), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct span input = {data, size};
    if (size > ROOM / 2) return 0;
    check_bytes_come_back(input, base64_write, base64_read);
    check_bytes_come_back(input, base64_write, base64_read_forgiving);
    check_bytes_come_back(input, base32_write, base32_read);
    check_bytes_come_back(input, hex_write, hex_read);
    check_text_is_the_only_one(input, base64_write, base64_read);
    check_text_is_the_only_one(input, base32_write, base32_read);
    if (hex_is_lower(input)) check_text_is_the_only_one(input, hex_write, hex_read);
    struct buffer strict = buffer_over(text_memory, sizeof text_memory);
    struct buffer forgiving = buffer_over(bytes_memory, sizeof bytes_memory);
    if (base64_read(input, &strict)) {
        must(base64_read_forgiving(input, &forgiving));
        must(span_equal(buffer_span(&strict), buffer_span(&forgiving)));
    }
    (void)utf8_is_valid(input);
    return 0;
}
