/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/passphrase.h"

#include "cli/interrupt.h"
#include "crypto/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { OTHERS = S_IRWXG | S_IRWXO };

void passphrase_wipe(struct passphrase *passphrase) {
    wipe_bytes(passphrase, sizeof *passphrase);
}

/* Up to the end of the first line. */
static enum err line_take(struct passphrase *passphrase, size_t size, const char *what, struct err_detail *detail) {
    const uint8_t *end = memchr(passphrase->bytes, '\n', size);
    if (end == NULL && size == sizeof passphrase->bytes)
        return err_set(detail, ERR_REFUSED, "%s is longer than %d bytes", what, PASSPHRASE_MAX - 1);
    passphrase->size = end == NULL ? size : (size_t)(end - passphrase->bytes);
    if (passphrase->size > 0 && passphrase->bytes[passphrase->size - 1] == '\r') passphrase->size--;
    return passphrase->size > 0 ? ERR_OK : err_set(detail, ERR_REFUSED, "%s is empty", what);
}

/* ---- From a file ---- */

/* A pipe, as `<(command)` makes one, is nobody else's. */
static enum err file_check(int fd, const char *file, struct err_detail *detail) {
    struct stat status;
    if (fstat(fd, &status) != 0) return err_set(detail, ERR_IO, "%s cannot be looked at: %s", file, strerror(errno));
    if (!S_ISREG(status.st_mode) || (status.st_mode & OTHERS) == 0) return ERR_OK;
    return err_set(detail, ERR_PERMISSION, "others on this machine may use the passphrase in %s: chmod 0600 it", file);
}

static enum err file_get(struct passphrase *passphrase, const char *file, struct err_detail *detail) {
    size_t size = 0;
    ssize_t got = 1;
    const int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return err_set(detail, ERR_NOT_FOUND, "the passphrase file %s: %s", file, strerror(errno));
    enum err err = file_check(fd, file, detail);
    while (err == ERR_OK && got > 0 && size < sizeof passphrase->bytes) {
        got = read(fd, passphrase->bytes + size, sizeof passphrase->bytes - size);
        if (got > 0) size += (size_t)got;
    }
    if (got < 0) err = err_set(detail, ERR_IO, "%s cannot be read: %s", file, strerror(errno));
    (void)close(fd);
    return err == ERR_OK ? line_take(passphrase, size, "the passphrase in that file", detail) : err;
}

/* ---- From the terminal ---- */

static void say(int terminal, const char *text) {
    const ssize_t said = write(terminal, text, strlen(text));
    (void)said;
}

/* One line of it, or a signal that ends the program, once the terminal is as it was. */
static enum err line_read(struct passphrase *passphrase, int terminal, struct interrupt *interrupt,
                          struct err_detail *detail) {
    struct pollfd waiting[] = {{.fd = terminal, .events = POLLIN}, {.fd = interrupt->fd, .events = POLLIN}};
    while (poll(waiting, 2, -1) < 0 && errno == EINTR) {
    }
    if (interrupt_came(interrupt)) return err_set(detail, ERR_REFUSED, "stopped");
    const ssize_t got = read(terminal, passphrase->bytes, sizeof passphrase->bytes);
    if (got < 0) return err_set(detail, ERR_IO, "the terminal cannot be read: %s", strerror(errno));
    return line_take(passphrase, (size_t)got, "the passphrase", detail);
}

static enum err line_ask(struct passphrase *passphrase, int terminal, const char *question, struct err_detail *detail) {
    struct termios before, quiet;
    struct interrupt interrupt;
    if (tcgetattr(terminal, &before) != 0) return err_set(detail, ERR_IO, "the terminal: %s", strerror(errno));
    interrupt_open(&interrupt);
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    quiet.c_lflag |= ICANON;
    (void)tcsetattr(terminal, TCSAFLUSH, &quiet);
    say(terminal, question);
    const enum err err = line_read(passphrase, terminal, &interrupt, detail);
    (void)tcsetattr(terminal, TCSAFLUSH, &before);
    say(terminal, "\n");
    interrupt_close(&interrupt);
    return err;
}

static enum err terminal_get(struct passphrase *passphrase, bool is_new, struct err_detail *detail) {
    struct passphrase again = {0};
    const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0)
        return err_set(detail, ERR_NOT_FOUND,
                       "there is no terminal to ask for the passphrase on; use "
                       "--passphrase-file FILE");
    enum err err = line_ask(passphrase, terminal, is_new ? "New passphrase: " : "Passphrase: ", detail);
    if (err == ERR_OK && is_new) {
        err = line_ask(&again, terminal, "The same again: ", detail);
        if (err == ERR_OK && !span_equal(passphrase_span(passphrase), passphrase_span(&again)))
            err = err_set(detail, ERR_REFUSED, "the two are not the same");
    }
    passphrase_wipe(&again);
    (void)close(terminal);
    return err;
}

enum err passphrase_get(struct passphrase *passphrase, const char *file, bool is_new, struct err_detail *detail) {
    passphrase->size = 0;
    enum err err = file == NULL ? terminal_get(passphrase, is_new, detail) : file_get(passphrase, file, detail);
    if (err == ERR_OK && is_new && passphrase->size < PASSPHRASE_NEW_MIN)
        err = err_set(detail, ERR_REFUSED, "a passphrase of less than %d bytes is guessed too easily",
                      PASSPHRASE_NEW_MIN);
    if (err != ERR_OK) passphrase_wipe(passphrase);
    return err;
}
