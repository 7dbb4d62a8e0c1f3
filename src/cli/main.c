/* SPDX-License-Identifier: Apache-2.0 */
/* The program: finds the command by its name and leaves with its exit code. The table of commands is made by the build
 * from the files src/cli/command_*.c; every name that begins with command_ is theirs, here too. */
#include "base/memory.h"
#include "cli/command.h"
#include "crypto/sign.h"

#include <stdio.h>
#include <string.h>

#define COMMAND(name) extern const struct command command_##name;
#include "commands.def"
#undef COMMAND

static const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "commands.def"
#undef COMMAND
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static const struct command *find_command(const char *name) {
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

static void list_print(FILE *out) {
    (void)fputs("Usage: skep COMMAND [options]\n\nCommands:\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        (void)fprintf(out, "  %-14s %s\n", commands[i]->name, commands[i]->summary);
    (void)fputs("\nskep help COMMAND shows how to use one, examples first.\n", out);
}

static int unknown_command(const char *name) {
    (void)fprintf(stderr, "skep: there is no command \"%s\"\nTry: skep help\n", name);
    return EXIT_CODE_USAGE;
}

static int help(int argc, char **argv) {
    if (argc < 2) {
        list_print(stdout);
        return EXIT_CODE_DONE;
    }
    const struct command *command = find_command(argv[1]);
    if (command == NULL) return unknown_command(argv[1]);
    (void)fputs(command->help, stdout);
    return EXIT_CODE_DONE;
}

static bool is_word(const char *argument, const char *word, const char *long_form, const char *short_form) {
    return strcmp(argument, word) == 0 || strcmp(argument, long_form) == 0 || strcmp(argument, short_form) == 0;
}

static int start(const struct command *command, int argc, char **argv) {
    if (!sign_init()) {
        (void)fputs("skep: the crypto library does not start on this machine\n", stderr);
        return EXIT_CODE_FAILED;
    }
    return command->run(argc, argv);
}

static int dispatch(int argc, char **argv) {
    if (argc < 2) {
        list_print(stderr);
        return EXIT_CODE_USAGE;
    }
    if (is_word(argv[1], "help", "--help", "-h")) return help(argc - 1, argv + 1);
    const char *name = is_word(argv[1], "version", "--version", "-V") ? "version" : argv[1];
    const struct command *command = find_command(name);
    return command != NULL ? start(command, argc - 1, argv + 1) : unknown_command(name);
}

/* What was printed counts only once it has arrived: a full disk must not look like success. */
static int output_finish(int exit_code) {
    if (fflush(stdout) == 0 && ferror(stdout) == 0) return exit_code;
    perror("skep: the output could not be written");
    return exit_code == EXIT_CODE_DONE ? EXIT_CODE_FAILED : exit_code;
}

int main(int argc, char **argv) {
    memory_keep_large_apart();
    return output_finish(dispatch(argc, argv));
}
