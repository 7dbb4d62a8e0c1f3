/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/file_output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"

struct part {
    char path[PATH_MAX];   /* where it is written */
    char target[PATH_MAX]; /* where it will be */
    char folder[PATH_MAX]; /* of both */
    int fd;
    uint64_t size; /* of what is there */
};

static int fail(const struct file_output *output, const char *path, const char *what, int error) {
    (void)fprintf(stderr, "%s: %s cannot be %s: %s\n", output->client->command, path, what, strerror(error));
    return EXIT_CODE_FAILED;
}

bool file_output_init(struct file_output *output, struct api_client *client, const char *path, bool is_folder_wanted) {
    struct stat status;
    const size_t size = strlen(path);
    const bool is_there = stat(path, &status) == 0;
    *output = (struct file_output){.client = client, .path = path};
    output->is_folder = (is_there && S_ISDIR(status.st_mode)) || (size > 0 && path[size - 1] == '/');
    if (is_folder_wanted && !output->is_folder) {
        (void)fprintf(stderr, "%s: for several files, -o must name a folder: %s/\n", client->command, path);
        return false;
    }
    if (!output->is_folder || is_there || mkdir(path, 0777) == 0) return true;
    (void)fail(output, path, "made", errno);
    return false;
}

/* ---- Where ---- */

static bool ends_with_slash(const char *path) {
    return path[0] != '\0' && path[strlen(path) - 1] == '/';
}

static bool set_paths(const struct file_output *output, const struct file_output_source *source, struct part *part) {
    char copy[PATH_MAX];
    int sizes[3];
    sizes[0] = output->is_folder ? snprintf(part->target, sizeof part->target, "%s%s%s", output->path,
                                            ends_with_slash(output->path) ? "" : "/", source->name)
                                 : snprintf(part->target, sizeof part->target, "%s", output->path);
    if (sizes[0] >= (int)sizeof part->target) return false;
    (void)snprintf(copy, sizeof copy, "%s", part->target);
    sizes[1] = snprintf(part->folder, sizeof part->folder, "%s", output->is_folder ? output->path : dirname(copy));
    sizes[2] = snprintf(part->path, sizeof part->path, "%s/.skep-%.16s.part", part->folder, source->id);
    return sizes[1] < (int)sizeof part->folder && sizes[2] < (int)sizeof part->path;
}

/* What is there counts only when it is a file of ours that nobody else is writing. */
static int open_part(const struct file_output *output, struct part *part, uint64_t size) {
    struct stat status;
    part->fd = open(part->path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (part->fd < 0 || fstat(part->fd, &status) != 0) return fail(output, part->path, "opened", errno);
    if (!S_ISREG(status.st_mode)) return fail(output, part->path, "written", EINVAL);
    if (flock(part->fd, LOCK_EX | LOCK_NB) != 0) {
        (void)fprintf(stderr, "%s: another skep get writes %s\n", output->client->command, part->target);
        return EXIT_CODE_FAILED;
    }
    part->size = (uint64_t)status.st_size;
    if (part->size > size) part->size = 0; /* none of ours */
    if (ftruncate(part->fd, (off_t)part->size) == 0 && lseek(part->fd, (off_t)part->size, SEEK_SET) >= 0)
        return EXIT_CODE_DONE;
    return fail(output, part->path, "written", errno);
}

/* ---- What ---- */

static int download(const struct file_output *output, const char *id, int fd, uint64_t offset) {
    char path[128];
    const struct http_download order = {.fd = fd, .offset = offset, .progress = output->progress};
    (void)snprintf(path, sizeof path, "/api/v1/files/%s", id);
    return api_client_download(output->client, path, &order, NULL);
}

static int finish(const struct file_output *output, const struct part *part, uint64_t size) {
    struct stat status;
    if (fstat(part->fd, &status) != 0 || (uint64_t)status.st_size != size) {
        (void)fprintf(stderr, "%s: %s has %lld bytes, not %llu; it is left as it is, remove it and try again\n",
                      output->client->command, part->path, (long long)status.st_size, (unsigned long long)size);
        return EXIT_CODE_FAILED;
    }
    if (fsync(part->fd) != 0) return fail(output, part->path, "synced", errno);
    if (rename(part->path, part->target) != 0) return fail(output, part->target, "put in place", errno);
    const int folder = open(part->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_synced = folder >= 0 && fsync(folder) == 0;
    const int error = errno;
    if (folder >= 0) (void)close(folder);
    return is_synced ? EXIT_CODE_DONE : fail(output, part->folder, "synced", error);
}

static int write_part(const struct file_output *output, const struct file_output_source *source, struct part *part) {
    int exit_code = open_part(output, part, source->size);
    if (exit_code == EXIT_CODE_DONE && (part->size < source->size || source->size == 0))
        exit_code = download(output, source->id, part->fd, part->size);
    if (exit_code == EXIT_CODE_DONE) exit_code = finish(output, part, source->size);
    struct stat status;
    const bool is_nothing = part->fd >= 0 && fstat(part->fd, &status) == 0 && status.st_size == 0;
    if (exit_code != EXIT_CODE_DONE && is_nothing) (void)unlink(part->path);
    if (part->fd >= 0) (void)close(part->fd);
    return exit_code;
}

int file_output_write(const struct file_output *output, const struct file_output_source *source, char *written,
                      size_t capacity) {
    struct part part = {.fd = -1};
    struct file_output_source named = *source;
    if (strcmp(output->path, "-") == 0) {
        (void)snprintf(written, capacity, "-");
        (void)fflush(stdout);
        return download(output, source->id, STDOUT_FILENO, 0);
    }
    if (named.name == NULL) named.name = source->id; /* the node will refuse it, and say why */
    if (!set_paths(output, &named, &part)) return fail(output, output->path, "written", ENAMETOOLONG);
    (void)snprintf(written, capacity, "%s", part.target);
    return write_part(output, &named, &part);
}
