/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/1.1 load in a closed loop: so many kept connections, one request in flight on each, the next when the answer is
 * whole. Latencies are not corrected for coordinated omission, and hold the generator's own share.
 *
 *     http_load --port P --path /peers --connections 16 --seconds 4 [--must-have TEXT]
 *     http_load --port P --path /announce --bodies FILE --connections 16 [--seconds 60]
 *
 * With --bodies (one body to a line) each is posted once, until they are used up. Prints one JSON object: {"done",
 * "bad", "seconds", "perSecond", "bytes", "p50Us", "p90Us", "p99Us", "maxUs"}; `bad`: another status than 200, an
 * answer without TEXT, a connection that ended. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "histogram.h"

enum { CONNECTIONS_MAX = 1024, ANSWER_MAX = 1 << 20, REQUEST_MAX = 16384, EVENTS = 128 };

struct connection {
    int fd;
    bool is_busy;
    double asked_at_s;
    char request[REQUEST_MAX];
    size_t request_size;
    char *answer; /* ANSWER_MAX */
    size_t answer_size;
};

struct load {
    struct sockaddr_in at;
    const char *path;
    const char *must_have;
    double seconds;
    size_t connections;
    char *bodies; /* NULL: GET */
    char *next_body;
    int poll;
    double began_s;
    uint64_t done, bad, bytes;
    size_t live;
    struct histogram latencies;
    struct connection all[CONNECTIONS_MAX];
};

static double now_s(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static _Noreturn void die(const char *what) {
    perror(what);
    exit(2);
}

/* ---- Requests ---- */

/* The next body, without its line's end; NULL when they are used up. */
static char *body_take(struct load *load, size_t *size) {
    char *body = load->next_body;
    if (body == NULL || *body == '\0') return NULL;
    *size = strcspn(body, "\n");
    load->next_body = body + *size + (body[*size] == '\n');
    return body;
}

static bool request_make(struct load *load, struct connection *c) {
    size_t size = 0;
    const char *body = load->bodies == NULL ? "" : body_take(load, &size);
    if (body == NULL || now_s() - load->began_s >= load->seconds) return false;
    const int head = load->bodies == NULL
                         ? snprintf(c->request, REQUEST_MAX, "GET %s HTTP/1.1\r\nHost: bench\r\n\r\n", load->path)
                         : snprintf(c->request, REQUEST_MAX,
                                    "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
                                    "Content-Length: %zu\r\n\r\n",
                                    load->path, size);
    if (head < 0 || (size_t)head + size > REQUEST_MAX) die("a request is too large");
    memcpy(c->request + head, body, size);
    c->request_size = (size_t)head + size;
    return true;
}

static void finish(struct load *load, struct connection *c) {
    (void)close(c->fd);
    c->fd = -1;
    load->live--;
}

/* A request fits the socket's buffer, which is empty: the last answer was whole. */
static void ask(struct load *load, struct connection *c) {
    if (!request_make(load, c)) {
        finish(load, c);
        return;
    }
    c->answer_size = 0;
    c->is_busy = true;
    c->asked_at_s = now_s();
    if (send(c->fd, c->request, c->request_size, MSG_NOSIGNAL) == (ssize_t)c->request_size) return;
    load->bad++;
    finish(load, c);
}

/* ---- Answers ---- */

/* The size of the whole answer; 0 = its head is not there yet. Servers under test always say the length. */
static size_t answer_whole_size(const struct connection *c) {
    const char *end = memmem(c->answer, c->answer_size, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    const size_t head = (size_t)(end - c->answer) + 4;
    const char *length = strcasestr(c->answer, "\r\ncontent-length:");
    if (length == NULL || length > end) return head;
    return head + strtoul(length + 17, NULL, 10);
}

static bool is_good(const struct load *load, const struct connection *c) {
    if (strncmp(c->answer, "HTTP/1.1 200", 12) != 0) return false;
    return load->must_have == NULL ||
           memmem(c->answer, c->answer_size, load->must_have, strlen(load->must_have)) != NULL;
}

static void answer_take(struct load *load, struct connection *c) {
    histogram_add(&load->latencies, (now_s() - c->asked_at_s) * 1e6);
    load->done++;
    load->bad += !is_good(load, c);
    c->is_busy = false;
    ask(load, c);
}

static void receive(struct load *load, struct connection *c) {
    const ssize_t got = recv(c->fd, c->answer + c->answer_size, ANSWER_MAX - 1 - c->answer_size, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        load->bad += c->is_busy;
        finish(load, c);
        return;
    }
    load->bytes += (uint64_t)got;
    c->answer_size += (size_t)got;
    c->answer[c->answer_size] = '\0';
    const size_t whole = answer_whole_size(c);
    if (whole > 0 && c->answer_size >= whole) answer_take(load, c);
}

/* ---- The run ---- */

static void connection_open(struct load *load, struct connection *c) {
    const int one = 1;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    c->answer = malloc(ANSWER_MAX);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->answer == NULL || c->fd < 0) die("socket");
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(c->fd, (const struct sockaddr *)&load->at, sizeof load->at) != 0) die("connect");
    if (epoll_ctl(load->poll, EPOLL_CTL_ADD, c->fd, &event) != 0) die("epoll_ctl");
    load->live++;
}

static void run(struct load *load) {
    struct epoll_event events[EVENTS];
    load->poll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < load->connections; i++) connection_open(load, &load->all[i]);
    load->began_s = now_s();
    for (size_t i = 0; i < load->connections; i++) ask(load, &load->all[i]);
    while (load->live > 0 && now_s() - load->began_s < load->seconds + 10) {
        const int count = epoll_wait(load->poll, events, EVENTS, 200);
        for (int i = 0; i < count; i++) receive(load, events[i].data.ptr);
    }
    for (size_t i = 0; i < load->connections; i++) /* the answer never came: as bad as one can be */
        load->bad += load->all[i].fd >= 0 && load->all[i].is_busy;
}

static void print(const struct load *load, double seconds) {
    const struct histogram *h = &load->latencies;
    (void)printf("{\"done\":%llu,\"bad\":%llu,\"seconds\":%.3f,\"perSecond\":%.0f,\"bytes\":%llu,\"p50Us\":%.0f,"
                 "\"p90Us\":%.0f,\"p99Us\":%.0f,\"maxUs\":%.0f}\n",
                 (unsigned long long)load->done, (unsigned long long)load->bad, seconds, (double)load->done / seconds,
                 (unsigned long long)load->bytes, histogram_quantile(h, 0.5), histogram_quantile(h, 0.9),
                 histogram_quantile(h, 0.99), h->max_us);
}

static char *file_read(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) die(path);
    const long size = ftell(file);
    char *text = size < 0 ? NULL : calloc(1, (size_t)size + 1);
    rewind(file);
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size) die(path);
    (void)fclose(file);
    return text;
}

static _Noreturn void usage(void) {
    (void)fputs(
        "usage: http_load --port P --path PATH --connections N --seconds S [--bodies FILE] [--must-have TEXT]\n",
        stderr);
    exit(2);
}

static void options_take(struct load *load, int argc, char **argv) {
    static const struct option names[] = {{"port", required_argument, NULL, 'p'},
                                          {"path", required_argument, NULL, 'u'},
                                          {"connections", required_argument, NULL, 'c'},
                                          {"seconds", required_argument, NULL, 's'},
                                          {"bodies", required_argument, NULL, 'b'},
                                          {"must-have", required_argument, NULL, 'm'},
                                          {0}};
    for (int name; (name = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (name) {
        case 'p': load->at.sin_port = htons((uint16_t)strtoul(optarg, NULL, 10)); break;
        case 'u': load->path = optarg; break;
        case 'c': load->connections = strtoul(optarg, NULL, 10); break;
        case 's': load->seconds = strtod(optarg, NULL); break;
        case 'b': load->next_body = load->bodies = file_read(optarg); break;
        case 'm': load->must_have = optarg; break;
        default: usage();
        }
    }
}

int main(int argc, char **argv) {
    struct load *load = calloc(1, sizeof *load);
    if (load == NULL) die("calloc");
    load->at.sin_family = AF_INET;
    load->at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    load->path = "/";
    load->connections = 16;
    load->seconds = 4;
    options_take(load, argc, argv);
    if (load->at.sin_port == 0 || load->connections == 0 || load->connections > CONNECTIONS_MAX) usage();
    run(load);
    print(load, now_s() - load->began_s);
    for (size_t i = 0; i < load->connections; i++) free(load->all[i].answer);
    free(load->bodies);
    free(load);
    return 0;
}
