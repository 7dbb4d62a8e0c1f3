/* SPDX-License-Identifier: Apache-2.0 */
/* The ports of a node: whether somebody answers there, or, while no node runs, whether it could have them; and who has
 * one, by what /proc tells. */
#include "cli/doctor/facts.h"
#include "daemon/loop/socket_address.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Does somebody answer? ---- */

bool facts_connects(const struct address *listening) {
    union socket_address native;
    struct address at = address_from_here(listening);
    socklen_t size = socket_address_of(&at, &native), fault_size = sizeof(int);
    int fault = 0;
    int fd = socket(native.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    bool is_connected = connect(fd, &native.any, size) == 0;
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    if (!is_connected && errno == EINPROGRESS && poll(&ready, 1, FACTS_WAIT_MS) == 1)
        is_connected = getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &fault_size) == 0 && fault == 0;
    (void)close(fd);
    return is_connected;
}

/* ---- Could a node have it? ---- */

static enum facts_port_state try_to_bind(const struct address *at) {
    union socket_address native;
    socklen_t size = socket_address_of(at, &native);
    const int on = 1;
    int fd = socket(native.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return FACTS_PORT_FORBIDDEN;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool is_bound = bind(fd, &native.any, size) == 0 && listen(fd, 1) == 0;
    int fault = errno;
    (void)close(fd);
    if (is_bound) return FACTS_PORT_FREE;
    return fault == EADDRINUSE ? FACTS_PORT_TAKEN : FACTS_PORT_FORBIDDEN;
}

/* ---- Who has it? ---- */

/* A line of /proc/net/tcp: "  0: 0100007F:224C 00000000:0000 0A ... inode"; 0A is LISTEN. */
static unsigned long inode_in(const char *path, uint16_t port) {
    char line[512];
    unsigned long found = 0;
    FILE *table = fopen(path, "re");
    while (table != NULL && found == 0 && fgets(line, sizeof line, table) != NULL) {
        unsigned local = 0, state = 0;
        unsigned long inode = 0;
        int count =
            sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*d %*d %lu", &local, &state, &inode);
        if (count == 3 && local == port && state == 0x0a) found = inode;
    }
    if (table != NULL) (void)fclose(table);
    return found;
}

static bool has_socket(const char *pid, unsigned long inode) {
    char path[300], target[64], wanted[64];
    bool is_found = false;
    (void)snprintf(wanted, sizeof wanted, "socket:[%lu]", inode);
    (void)snprintf(path, sizeof path, "/proc/%s/fd", pid);
    DIR *folder = opendir(path);
    if (folder == NULL) return false;
    for (struct dirent *entry = readdir(folder); entry != NULL && !is_found; entry = readdir(folder)) {
        ssize_t size = readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);
        target[size > 0 ? size : 0] = '\0';
        is_found = strcmp(target, wanted) == 0;
    }
    (void)closedir(folder);
    return is_found;
}

static void name_holder(struct facts_port *port, const char *pid) {
    char path[300];
    (void)snprintf(path, sizeof path, "/proc/%s/comm", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) return;
    if (fgets(port->holder, sizeof port->holder, file) == NULL) port->holder[0] = '\0';
    port->holder[strcspn(port->holder, "\n")] = '\0';
    port->holder_pid = strtol(pid, NULL, 10);
    (void)fclose(file);
}

/* Only its user and root see what a process has open; what cannot be seen stays unnamed. */
static void find_holder(struct facts_port *port) {
    unsigned long inode = inode_in("/proc/net/tcp", port->at.port);
    if (inode == 0) inode = inode_in("/proc/net/tcp6", port->at.port);
    DIR *processes = inode == 0 ? NULL : opendir("/proc");
    if (processes == NULL) return;
    for (struct dirent *entry = readdir(processes); entry != NULL; entry = readdir(processes)) {
        bool is_process = entry->d_name[0] >= '1' && entry->d_name[0] <= '9';
        if (!is_process || !has_socket(entry->d_name, inode)) continue;
        name_holder(port, entry->d_name);
        break;
    }
    (void)closedir(processes);
}

/* ---- All of them ---- */

static struct facts_port *add(struct facts *facts, const char *option, const struct address *at) {
    struct facts_port *port = &facts->ports[facts->port_count++];
    *port = (struct facts_port){.option = option, .at = *at};
    return port;
}

static void add_bound(struct facts *facts, const char *option) {
    struct address at;
    struct span text = api_client_text(json_member(facts->snapshot, "node"), option);
    if (!address_read(text, &at)) return; /* closed, or no port at all */
    struct facts_port *port = add(facts, option, &at);
    port->state = facts_connects(&at) ? FACTS_PORT_ANSWERS : FACTS_PORT_SILENT;
}

static void add_wanted(struct facts *facts, const char *option, bool is_needed, const struct address *at) {
    if (!is_needed || at->port == 0 || at->family == ADDRESS_NONE) return;
    struct facts_port *port = add(facts, option, at);
    port->state = try_to_bind(at);
    if (port->state == FACTS_PORT_TAKEN) find_holder(port);
}

void facts_take_ports(struct facts *facts) {
    static const char *const options[FACTS_PORTS_MAX] = {"api", "listen", "serve"};
    const struct settings *settings = config_settings(facts->config);
    facts->port_count = 0;
    if (facts->snapshot != NULL) {
        for (size_t i = 0; i < FACTS_PORTS_MAX; i++) add_bound(facts, options[i]);
        return;
    }
    if (facts->process.is_locked) return; /* a node that does not answer has them itself */
    add_wanted(facts, "api", true, &settings->api.address);
    add_wanted(facts, "listen", (settings->roles & NODE_ROLE_NODE) != 0, &settings->listen);
    add_wanted(facts, "serve", (settings->roles & NODE_ROLES_SERVING) != 0, &settings->serve.address);
}
