/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A passphrase from a person at the terminal, who does not see it, or from the first line of a file.
 * Owns: the text, until passphrase_wipe.
 * Never: comes from the command line or the environment, where others on the machine see it; is printed; leaves the
 * terminal without its echo.
 * Full: PASSPHRASE_MAX bytes. */

#include "base/bytes.h"
#include "base/err.h"

enum { PASSPHRASE_MAX = 1024, PASSPHRASE_NEW_MIN = 8 };

struct passphrase {
    size_t size;
    uint8_t bytes[PASSPHRASE_MAX];
};
/* `file` NULL: asks on the terminal. `is_new`: one that is chosen now, so it is asked twice and must not be shorter
 * than PASSPHRASE_NEW_MIN. ERR_NOT_FOUND: there is no terminal, or no file. ERR_PERMISSION: others may read the file.
 * ERR_REFUSED: it is empty, too short, or not the same both times. */
MUST_USE enum err passphrase_get(struct passphrase *passphrase, const char *file, bool is_new,
                                 struct err_detail *detail);
void passphrase_wipe(struct passphrase *passphrase);
static inline struct span passphrase_span(const struct passphrase *passphrase) {
    return (struct span){passphrase->bytes, passphrase->size};
}
