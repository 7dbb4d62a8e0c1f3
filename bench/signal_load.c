/* SPDX-License-Identifier: Apache-2.0 */
/* Clients of a signaling server (PeerServer protocol), on one thread.
 *
 *     signal_load --port P --pairs 16 --seconds 4
 *     signal_load --port P --hold 10000
 *
 * Pairs: an OFFER and an ANSWER of 1.5 KB by turns, one in flight for each pair. Prints one JSON object: {"relayed",
 * "seconds", "perSecond", "p50Us", "p99Us", "maxUs"}; a latency is one way, through the server, is not corrected for
 * coordinated omission, and holds the generator's own share. Hold: that many clients with a heartbeat each 5 s; prints
 * "held" when all are in, and goes when its standard input ends. Ends with 2 when a client is not let in or cut off. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "histogram.h"

enum {
    CLIENTS_MAX = 20000,
    SDP_SIZE = 1500,
    FRAME_MAX = SDP_SIZE + 512,
    INPUT_MAX = 8192,
    HELD_INPUT_MAX = 1024,
    OPENING_MAX = 64, /* at once, so that no backlog overflows */
    EVENTS = 256,
    HEARTBEAT_SLICES = 100, /* of five seconds */
};
static const uint8_t MASK[4] = {0x37, 0xfa, 0x21, 0x3d};

struct client {
    int fd;
    bool is_up;   /* the upgrade is through */
    bool is_open; /* OPEN was heard */
    double sent_at_s;
    uint8_t *input;
    size_t input_size;
    uint8_t *frames[2]; /* OFFER and ANSWER to the other of the pair */
    size_t frame_size[2];
};
struct load {
    struct sockaddr_in at;
    size_t count;
    bool is_held;
    double seconds;
    int poll;
    size_t open, opening;
    bool is_running;
    uint64_t relayed;
    struct histogram latencies;
    struct client clients[CLIENTS_MAX];
};

static double now_s(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static _Noreturn void die(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

/* ---- Frames ---- */

static size_t frame_make(uint8_t *frame, const char *text) {
    const size_t size = strlen(text), head = size < 126 ? 2 : 4;
    frame[0] = 0x81;
    frame[1] = (uint8_t)(0x80 | (size < 126 ? size : 126));
    if (head == 4) {
        frame[2] = (uint8_t)(size >> 8);
        frame[3] = (uint8_t)size;
    }
    memcpy(frame + head, MASK, sizeof MASK);
    for (size_t i = 0; i < size; i++) frame[head + 4 + i] = (uint8_t)text[i] ^ MASK[i % 4];
    return head + 4 + size;
}

static void frames_prepare(struct load *load, size_t index) {
    static const char *const kinds[] = {"OFFER", "ANSWER"};
    struct client *client = &load->clients[index];
    char sdp[SDP_SIZE + 1], text[FRAME_MAX];
    memset(sdp, 'x', SDP_SIZE);
    sdp[SDP_SIZE] = '\0';
    for (int i = 0; i < 2; i++) {
        (void)snprintf(
            text, sizeof text,
            "{\"type\":\"%s\",\"dst\":\"load-%d-%zu\",\"payload\":{\"sdp\":{\"type\":\"offer\",\"sdp\":\"%s\"},"
            "\"type\":\"data\",\"connectionId\":\"dc_%zu\",\"label\":\"l\",\"reliable\":true,"
            "\"serialization\":\"binary\"}}",
            kinds[i], (int)getpid(), index ^ 1, sdp, index);
        client->frames[i] = malloc(FRAME_MAX + 16);
        client->frame_size[i] = frame_make(client->frames[i], text);
    }
}

/* One message at a time and a socket's buffer for it: it never has to wait. */
static void send_all(struct client *client, const uint8_t *bytes, size_t size) {
    if (send(client->fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size) die("send");
}

static void say(struct client *client, int kind) {
    client->sent_at_s = now_s();
    send_all(client, client->frames[kind], client->frame_size[kind]);
}

/* ---- What comes ---- */

static void heard(struct load *load, size_t index, const uint8_t *text, size_t size) {
    static const char open[] = "{\"type\":\"OPEN\"}", offer[] = "{\"type\":\"OFFER\"";
    struct client *client = &load->clients[index];
    if (!client->is_open) {
        if (size != sizeof open - 1 || memcmp(text, open, size) != 0) die("not let in");
        client->is_open = true;
        load->open++;
        load->opening--;
        return;
    }
    if (size < SDP_SIZE) die("something else was heard");
    histogram_add(&load->latencies, (now_s() - load->clients[index ^ 1].sent_at_s) * 1e6);
    load->relayed++;
    if (load->is_running) say(client, memcmp(text, offer, sizeof offer - 1) == 0 ? 1 : 0);
}

static size_t frame_take(struct load *load, size_t index, const uint8_t *at, size_t size) {
    size_t head = 2, length;
    if (size < head) return 0;
    length = at[1] & 0x7f;
    if (length == 126) {
        head = 4;
        if (size < head) return 0;
        length = (size_t)at[2] << 8 | at[3];
    }
    if (size < head + length) return 0;
    if (at[0] != 0x81) die("no text, or cut off");
    heard(load, index, at + head, length);
    return head + length;
}

static size_t upgrade_take(struct client *client) {
    const uint8_t *end = memmem(client->input, client->input_size, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    if (memcmp(client->input, "HTTP/1.1 101 ", 13) != 0) die("the upgrade was refused");
    client->is_up = true;
    return (size_t)(end - client->input) + 4;
}

static void input_take(struct load *load, size_t index) {
    struct client *client = &load->clients[index];
    size_t taken = 0, step = 1;
    if (!client->is_up) taken = upgrade_take(client);
    while (client->is_up && step > 0) {
        step = frame_take(load, index, client->input + taken, client->input_size - taken);
        taken += step;
    }
    memmove(client->input, client->input + taken, client->input_size - taken);
    client->input_size -= taken;
}

static void readable(struct load *load, size_t index) {
    struct client *client = &load->clients[index];
    const size_t room = (load->is_held ? HELD_INPUT_MAX : INPUT_MAX) - client->input_size;
    const ssize_t got = recv(client->fd, client->input + client->input_size, room, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) die("cut off");
    client->input_size += (size_t)got;
    input_take(load, index);
}

static void turn(struct load *load, int wait_ms) {
    struct epoll_event events[EVENTS];
    const int count = epoll_wait(load->poll, events, EVENTS, wait_ms);
    for (int i = 0; i < count; i++) readable(load, events[i].data.u64);
}

/* ---- Coming in ---- */

static void come(struct load *load, size_t index) {
    struct client *client = &load->clients[index];
    char request[512];
    const int yes = 1;
    const int size =
        snprintf(request, sizeof request,
                 "GET /peerjs?key=peerjs&id=load-%d-%zu&token=t%zu&version=1.5.5 HTTP/1.1\r\nHost: load\r\n"
                 "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                 (int)getpid(), index, index);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&load->at, sizeof load->at) != 0) die("connect");
    (void)setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (fcntl(client->fd, F_SETFL, O_NONBLOCK) != 0) die("fcntl");
    client->input = malloc(load->is_held ? HELD_INPUT_MAX : INPUT_MAX);
    send_all(client, (const uint8_t *)request, (size_t)size);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = index};
    if (epoll_ctl(load->poll, EPOLL_CTL_ADD, client->fd, &event) != 0) die("epoll_ctl");
    load->opening++;
}

static void come_all(struct load *load) {
    const double deadline_s = now_s() + 60;
    for (size_t next = 0; load->open < load->count;) {
        while (next < load->count && load->opening < OPENING_MAX) come(load, next++);
        turn(load, 100);
        if (now_s() > deadline_s) die("not all were let in within a minute");
    }
}

/* ---- The two modes ---- */

static void run_pairs(struct load *load) {
    for (size_t i = 0; i < load->count; i++) frames_prepare(load, i);
    const double began_s = now_s();
    load->is_running = true;
    for (size_t i = 0; i < load->count; i += 2) say(&load->clients[i], 0);
    while (now_s() - began_s < load->seconds) turn(load, 100);
    const double took_s = now_s() - began_s;
    printf("{\"relayed\":%llu,\"seconds\":%.3f,\"perSecond\":%.1f,\"p50Us\":%.0f,\"p99Us\":%.0f,\"maxUs\":%.0f}\n",
           (unsigned long long)load->relayed, took_s, (double)load->relayed / took_s,
           histogram_quantile(&load->latencies, 0.5), histogram_quantile(&load->latencies, 0.99),
           load->latencies.max_us);
}

static void run_hold(struct load *load) {
    uint8_t frame[64];
    const size_t size = frame_make(frame, "{\"type\":\"HEARTBEAT\"}");
    (void)fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    puts("held");
    (void)fflush(stdout);
    for (size_t slice = 0;; slice = (slice + 1) % HEARTBEAT_SLICES) {
        char byte;
        if (read(STDIN_FILENO, &byte, 1) == 0) return;
        for (size_t i = slice; i < load->count; i += HEARTBEAT_SLICES) send_all(&load->clients[i], frame, size);
        turn(load, 5000 / HEARTBEAT_SLICES);
    }
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                            {"pairs", required_argument, NULL, 'k'},
                                            {"seconds", required_argument, NULL, 's'},
                                            {"hold", required_argument, NULL, 'h'},
                                            {0}};
    static struct load load = {.seconds = 3, .at = {.sin_family = AF_INET}};
    struct rlimit files;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'p') load.at.sin_port = htons((uint16_t)atoi(optarg));
        if (option == 'k') load.count = 2 * (size_t)atoi(optarg);
        if (option == 's') load.seconds = atof(optarg);
        if (option == 'h') load.count = (size_t)atoi(optarg);
        if (option == 'h') load.is_held = true;
        if (option == '?') return 2;
    }
    if (load.count == 0 || load.count > CLIENTS_MAX) return 2;
    load.at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    load.poll = epoll_create1(EPOLL_CLOEXEC);
    come_all(&load);
    if (load.is_held)
        run_hold(&load);
    else
        run_pairs(&load);
    return 0;
}
