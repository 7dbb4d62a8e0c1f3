/* SPDX-License-Identifier: Apache-2.0 */
/* Our BinaryPack for a script, by lines. In:
 *
 *     pack JSON        the value, packed
 *     read HEX         the value, as JSON
 *     rewrite HEX      the value, packed again
 *     cut ID HEX       the packed value in frames
 *     join HEX...      pieces, in that order
 *
 * Out, on one line: what was asked for, packed as hex, frames with blanks between them; or `refused WHY`. */
#include "base/encoding.h"
#include "base/memory.h"
#include "swarm/peerjs/binarypack_json.h"
#include "swarm/peerjs/peerjs_chunks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 8 << 20 };

static uint8_t in_memory[ROOM], out_memory[2 * ROOM], arena_memory[48 << 20];

static void print_hex(struct span bytes) {
    for (size_t i = 0; i < bytes.size; i++) (void)printf("%02x", bytes.at[i]);
}

static struct span bytes_of(const char *hex) {
    struct buffer in = buffer_over(in_memory, sizeof in_memory);
    if (hex_read(span_of_text(hex), &in)) return buffer_span(&in);
    (void)fprintf(stderr, "not hex: %.40s\n", hex);
    exit(1);
}

static enum peerjs_fault pack(const char *json) {
    struct arena arena = arena_over(arena_memory, sizeof arena_memory);
    struct buffer out = buffer_over(out_memory, sizeof out_memory);
    const enum peerjs_fault fault = binarypack_from_json(span_of_text(json), &arena, &out);
    if (fault == PEERJS_FAULT_NONE) print_hex(buffer_span(&out));
    return fault;
}

static enum peerjs_fault read_value(const char *hex) {
    struct buffer out = buffer_over(out_memory, sizeof out_memory);
    const enum peerjs_fault fault = binarypack_to_json(bytes_of(hex), &out);
    if (fault == PEERJS_FAULT_NONE) (void)printf("%.*s", (int)out.size, (const char *)out.at);
    return fault;
}

static enum peerjs_fault rewrite(const char *hex) {
    struct buffer out = buffer_over(out_memory, sizeof out_memory);
    const enum peerjs_fault fault = binarypack_rewrite(bytes_of(hex), &out);
    if (fault == PEERJS_FAULT_NONE) print_hex(buffer_span(&out));
    return fault;
}

static enum peerjs_fault cut(char *words) {
    char *hex = NULL;
    const int64_t id = strtoll(words, &hex, 10);
    struct peerjs_cut pieces = peerjs_cut_begin(bytes_of(hex + 1), id);
    uint8_t memory[PEERJS_FRAME_MAX];
    for (;;) {
        struct buffer frame = buffer_over(memory, sizeof memory);
        if (!peerjs_cut_next(&pieces, &frame)) return PEERJS_FAULT_NONE;
        print_hex(buffer_span(&frame));
        (void)printf(" ");
    }
}

static enum peerjs_fault join(char *words) {
    struct peerjs_budget budget = {.held_max = PEERJS_HELD_MAX};
    struct peerjs_chunks *chunks = peerjs_chunks_new(&budget);
    enum peerjs_fault fault = PEERJS_FAULT_NONE;
    char *rest = NULL;
    for (char *hex = strtok_r(words, " ", &rest); hex != NULL; hex = strtok_r(NULL, " ", &rest)) {
        struct peerjs_frame frame;
        struct span whole = SPAN_NONE;
        fault = peerjs_frame_read(bytes_of(hex), &frame);
        if (fault == PEERJS_FAULT_NONE) fault = peerjs_chunks_add(chunks, &frame.piece, &whole, 0);
        if (fault != PEERJS_FAULT_NONE) break;
        print_hex(whole);
    }
    peerjs_chunks_free(chunks);
    return fault;
}

static enum peerjs_fault answer(const char *order, char *rest) {
    if (strcmp(order, "pack") == 0) return pack(rest);
    if (strcmp(order, "read") == 0) return read_value(rest);
    if (strcmp(order, "rewrite") == 0) return rewrite(rest);
    if (strcmp(order, "cut") == 0) return cut(rest);
    if (strcmp(order, "join") == 0) return join(rest);
    (void)fprintf(stderr, "no such order: %s\n", order);
    exit(1);
}

int main(void) {
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t size; (size = getline(&line, &capacity, stdin)) > 0; (void)fflush(stdout)) {
        line[strcspn(line, "\n")] = '\0';
        char *rest = strchr(line, ' ');
        if (rest == NULL) return 1;
        *rest++ = '\0';
        const enum peerjs_fault fault = answer(line, rest);
        if (fault != PEERJS_FAULT_NONE) (void)printf("refused %s", peerjs_fault_name(fault));
        (void)printf("\n");
    }
    free(line);
    return 0;
}
