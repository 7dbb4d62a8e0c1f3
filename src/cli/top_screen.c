/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/top_screen.h"

#include "cli/command.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* The other screen, without a cursor, without wrapping; and back. */
#define ENTER "\x1b[?1049h\x1b[?25l\x1b[?7l"
#define LEAVE "\x1b[?7h\x1b[?25h\x1b[?1049l"

enum { COLUMNS_ASSUMED = 80, ROWS_ASSUMED = 24, COLUMNS_MIN = 20, ROWS_MIN = 4 };

static void write_text(const char *text) {
    ssize_t written = write(STDOUT_FILENO, text, strlen(text));
    (void)written; /* a terminal that is gone needs nothing */
}

/* ---- Drawing ---- */

void top_screen_size(size_t *columns, size_t *rows) {
    struct winsize size = {0};
    bool is_told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
    *columns = is_told ? size.ws_col : COLUMNS_ASSUMED;
    *rows = is_told ? size.ws_row : ROWS_ASSUMED;
    if (*columns < COLUMNS_MIN) *columns = COLUMNS_MIN;
    if (*rows < ROWS_MIN) *rows = ROWS_MIN;
}

/* Over the old frame, line by line, so that nothing flickers. */
void top_screen_show(const struct buffer *frame) {
    size_t size = frame->size > 0 && frame->at[frame->size - 1] == '\n' ? frame->size - 1 : frame->size;
    (void)fputs("\x1b[H", stdout);
    for (size_t begin = 0, i = 0; i <= size; i++) {
        if (i < size && frame->at[i] != '\n') continue;
        (void)fwrite(frame->at + begin, 1, i - begin, stdout);
        (void)fputs(i < size ? "\x1b[K\n" : "\x1b[K", stdout);
        begin = i + 1;
    }
    (void)fputs("\x1b[J", stdout);
    (void)fflush(stdout);
}

static bool is_quit(struct top_screen *screen) {
    char keys[16];
    ssize_t size = read(STDIN_FILENO, keys, sizeof keys);
    if (size == 0 || (size < 0 && errno != EINTR)) screen->has_keys = false; /* nobody is there to press any */
    for (ssize_t i = 0; i < size; i++)
        if (keys[i] == 'q' || keys[i] == 'Q') return true;
    return false;
}

bool top_screen_wait(struct top_screen *screen, int64_t ms) {
    struct pollfd waiting[2] = {{.fd = screen->signals, .events = POLLIN},
                                {.fd = screen->has_keys ? STDIN_FILENO : -1, .events = POLLIN}};
    struct signalfd_siginfo signal_told;
    if (poll(waiting, 2, (int)ms) <= 0) return true;
    if (waiting[0].revents != 0) {
        ssize_t size = read(screen->signals, &signal_told, sizeof signal_told);
        (void)size; /* that it came is all there is to know */
    }
    return waiting[1].revents == 0 || !is_quit(screen);
}

/* ---- Guarding ---- */

static const int GUARDED[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};
enum { GUARDED_COUNT = sizeof GUARDED / sizeof GUARDED[0] };

static void guarded_set(sigset_t *set) {
    sigemptyset(set);
    for (size_t i = 0; i < GUARDED_COUNT; i++) sigaddset(set, GUARDED[i]);
}

/* Keys at once and unseen; Ctrl-C stays one. A stopped process could not put the terminal back, so Ctrl-Z is none. */
static bool keys_open(struct termios *before) {
    if (tcgetattr(STDIN_FILENO, before) != 0) return false;
    struct termios now = *before;
    now.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    now.c_cc[VSUSP] = _POSIX_VDISABLE;
    return tcsetattr(STDIN_FILENO, TCSANOW, &now) == 0;
}

static _Noreturn void become_drawer(int (*draw)(void *context, struct top_screen *screen), void *context, bool has_keys,
                                    pid_t parent) {
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGWINCH);
    (void)sigprocmask(SIG_SETMASK, &watched, NULL);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(EXIT_CODE_FAILED);
    struct top_screen screen = {.signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK), .has_keys = has_keys};
    int exit_code = draw(context, &screen);
    (void)fflush(stdout);
    _exit(exit_code);
}

/* What is meant for us is for the child; its end is the end. */
static int await_end(pid_t child, const sigset_t *guarded) {
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        int number = sigwaitinfo(guarded, NULL);
        if (number > 0 && number != SIGCHLD) (void)kill(child, number);
    }
    return status;
}

static int end_like(int status) {
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    sigset_t none;
    sigemptyset(&none);
    (void)fprintf(stderr, "skep top: ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)raise(WTERMSIG(status));
    return EXIT_CODE_FAILED;
}

int top_screen_run(int (*draw)(void *context, struct top_screen *screen), void *context) {
    struct termios before;
    sigset_t guarded, kept;
    guarded_set(&guarded);
    (void)sigprocmask(SIG_BLOCK, &guarded, &kept);
    bool has_keys = keys_open(&before);
    (void)fflush(stdout);
    write_text(ENTER);
    pid_t parent = getpid(), child = fork();
    if (child == 0) become_drawer(draw, context, has_keys, parent);
    int status = child > 0 ? await_end(child, &guarded) : 0;
    write_text(LEAVE);
    if (has_keys) (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    if (child > 0) return end_like(status);
    (void)sigprocmask(SIG_SETMASK, &kept, NULL);
    perror("skep top: cannot start another process");
    return EXIT_CODE_FAILED;
}
