/* SPDX-License-Identifier: Apache-2.0 */
/* The secrets of the data folder: key files and the token of the API. */
#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/must.h"
#include "crypto/entropy.h"
#include "crypto/key_pem.h"
#include "crypto/wipe.h"
#include "daemon/store/folder_file.h"

enum { TOKEN_TEXT_SIZE = 64, TOKEN_SIZE = 32, PEM_ROOM = 4 * KEY_PEM_SIZE_MAX };

static void key_draw(struct signing_key *key) {
    const struct entropy entropy = entropy_of_system();
    uint8_t seed[32];
    entropy_fill(&entropy, seed, sizeof seed);
    sign_key_from_seed(key, seed);
    wipe_bytes(seed, sizeof seed);
}

static enum err key_read(const char *folder, const char *name, struct signing_key *key, struct err_detail *detail) {
    uint8_t pem[PEM_ROOM];
    struct buffer out = buffer_over(pem, sizeof pem);
    enum err err = secret_file_read(folder, name, &out, detail);
    if (err == ERR_LIMIT || (err == ERR_OK && !key_pem_read(buffer_span(&out), key)))
        err = err_set(detail, ERR_DAMAGED,
                      "%s/%s is not a key we can read; restore it from a backup, or move it away to become a new node",
                      folder, name);
    wipe_bytes(pem, sizeof pem);
    return err;
}

static enum err key_make(const char *folder, const char *name, struct signing_key *key, struct err_detail *detail) {
    uint8_t pem[KEY_PEM_SIZE_MAX];
    struct buffer out = buffer_over(pem, sizeof pem);
    key_draw(key);
    must(key_pem_write(key, &out));
    const enum err err = secret_file_make(folder, name, buffer_span(&out), detail);
    wipe_bytes(pem, sizeof pem);
    if (err != ERR_OK) sign_key_wipe(key);
    return err;
}

enum err key_file_load_or_make(const char *folder, const char *name, struct signing_key *key, bool *was_made,
                               struct err_detail *detail) {
    char path[FOLDER_PATH_MAX], file[64];
    const int size = snprintf(file, sizeof file, "%s.key", name);
    must(size > 0 && (size_t)size < sizeof file);
    *was_made = false;
    enum err err = folder_join(path, folder, "identity", detail);
    if (err == ERR_OK) err = data_folder_make(path, detail);
    if (err == ERR_OK) err = key_read(path, file, key, detail);
    if (err != ERR_NOT_FOUND) return err;
    err = key_make(path, file, key, detail);
    *was_made = err == ERR_OK;
    return err;
}

/* ---- The token ---- */

static enum err token_read(const char *folder, char token[TOKEN_TEXT_SIZE + 1], struct err_detail *detail) {
    uint8_t text[TOKEN_TEXT_SIZE + 2];
    struct buffer out = buffer_over(text, sizeof text);
    enum err err = secret_file_read(folder, "api.token", &out, detail);
    while (err == ERR_OK && out.size > 0 && text[out.size - 1] == '\n') out.size--;
    const bool is_whole = out.size == TOKEN_TEXT_SIZE && hex_is_lower(buffer_span(&out));
    if (err == ERR_LIMIT || (err == ERR_OK && !is_whole))
        err = err_set(detail, ERR_DAMAGED, "%s/api.token is not a token of ours; remove it, and a new one is made",
                      folder);
    if (err == ERR_OK) must(span_copy_text(buffer_span(&out), token, TOKEN_TEXT_SIZE + 1));
    wipe_bytes(text, sizeof text);
    return err;
}

static enum err token_make(const char *folder, char token[TOKEN_TEXT_SIZE + 1], struct err_detail *detail) {
    const struct entropy entropy = entropy_of_system();
    uint8_t bytes[TOKEN_SIZE], text[TOKEN_TEXT_SIZE + 1];
    struct buffer out = buffer_over(text, sizeof text);
    entropy_fill(&entropy, bytes, sizeof bytes);
    hex_write(&out, (struct span){bytes, sizeof bytes});
    must(span_copy_text(buffer_span(&out), token, TOKEN_TEXT_SIZE + 1));
    buffer_put_u8(&out, '\n');
    const enum err err = secret_file_make(folder, "api.token", buffer_span(&out), detail);
    wipe_bytes(bytes, sizeof bytes);
    wipe_bytes(text, sizeof text);
    return err;
}

enum err token_file_load_or_make(const char *folder, char token[65], struct err_detail *detail) {
    const enum err err = token_read(folder, token, detail);
    return err == ERR_NOT_FOUND ? token_make(folder, token, detail) : err;
}
