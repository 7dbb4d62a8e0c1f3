/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A command of the program: a file src/cli/command_NAME.c with one `const struct command command_NAME`. The build finds
 * the file by its name and puts the command into main's table; nothing else has to be told.
 * Never: prints data to stderr or messages to stdout; knows more than it needs of another command. */

enum exit_code { /* CONTRACT 3 */
                 EXIT_CODE_DONE = 0,
                 EXIT_CODE_FAILED = 1,
                 EXIT_CODE_USAGE = 2,
                 EXIT_CODE_DEGRADED = 3,
                 EXIT_CODE_CHECK = 4,      /* refused by a check: verification, policy */
                 EXIT_CODE_UNREACHABLE = 5 /* no node answers */
};

struct command {
    const char *name;
    const char *summary;               /* one line for the list */
    const char *help;                  /* examples first */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; gives an enum exit_code */
};
