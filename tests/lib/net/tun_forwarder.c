/* SPDX-License-Identifier: Apache-2.0 */
/* A long cable: a TUN device in each of two network namespaces, and what enters one leaves the other, later.
 *
 *   tun_forwarder --near NAMESPACE:DEVICE --far NAMESPACE:DEVICE [--delay-ms N] [--rate-kbit N] [--queue PACKETS]
 *
 * Each direction is a lane of its own with the whole delay and the whole rate. A packet first waits until those before
 * it are out at the given rate, then travels for the delay. It prints "ready" when both devices are there, and at
 * SIGTERM one line of JSON about what passed; the devices go with it.
 * Owns: both devices, and a ring of packets for each lane.
 * Never: spins; reorders; configures an address.
 * Full: a packet that finds its lane's ring full is dropped and counted, as a router would. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "base/number.h"

enum { PACKET_MAX = 1500, QUEUE_DEFAULT = 1000, QUEUE_MAX = 10000, DELAY_MS_MAX = 60000, RATE_KBIT_MAX = 10000000 };

struct packet {
    int64_t due_us;
    size_t size;
    uint8_t bytes[PACKET_MAX];
};

struct lane {
    int from, to;
    struct packet *ring; /* owned */
    size_t first, count;
    int64_t free_at_us; /* when the last packet so far has left at the lane's rate */
    uint64_t passed, dropped;
};

struct cable {
    const char *near, *far;
    uint32_t delay_ms, rate_kbit; /* rate 0: as fast as it comes */
    uint32_t queue;
    struct lane lanes[2]; /* near to far, far to near */
    int signals;
};

static int64_t now_us(void) {
    struct timespec now;
    must(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static _Noreturn void fail(const char *what, const char *subject) {
    (void)fprintf(stderr, "tun_forwarder: %s %s: %s\n", what, subject, strerror(errno));
    exit(1);
}

/* A TUN device lives where the process was when it opened /dev/net/tun, and stays there. */
static int device_open(const char *place) {
    char path[256] = "/run/netns/";
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    const char *colon = strchr(place, ':');
    must(colon && strlen(colon + 1) < sizeof request.ifr_name);
    const size_t prefix = strlen(path);
    const size_t size = (size_t)(colon - place);
    must_le(prefix + size + 1, sizeof path);
    memcpy(path + prefix, place, size);
    memcpy(request.ifr_name, colon + 1, strlen(colon + 1));
    const int space = open(path, O_RDONLY | O_CLOEXEC);
    if (space < 0 || setns(space, CLONE_NEWNET) != 0) fail("cannot enter the namespace of", place);
    (void)close(space);
    const int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (device < 0 || ioctl(device, TUNSETIFF, &request) != 0) fail("cannot make the device", place);
    return device;
}

static void lane_take(struct lane *lane, const struct cable *cable, const struct packet *packet) {
    const int64_t now = now_us();
    if (lane->count == cable->queue) {
        lane->dropped++;
        return;
    }
    if (lane->free_at_us < now) lane->free_at_us = now;
    if (cable->rate_kbit > 0) lane->free_at_us += (int64_t)packet->size * 8 * 1000 / cable->rate_kbit;
    struct packet *kept = &lane->ring[(lane->first + lane->count++) % cable->queue];
    kept->due_us = lane->free_at_us + (int64_t)cable->delay_ms * 1000;
    kept->size = packet->size;
    memcpy(kept->bytes, packet->bytes, packet->size);
}

/* Takes all that has come, so that no packet's delay begins late. */
static void lane_read(struct lane *lane, const struct cable *cable) {
    struct packet packet;
    for (;;) {
        const ssize_t size = read(lane->from, packet.bytes, sizeof packet.bytes);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno != EAGAIN) fail("cannot read from", "a device");
        if (size <= 0) return;
        packet.size = (size_t)size;
        lane_take(lane, cable, &packet);
    }
}

static void lane_write(struct lane *lane, const struct cable *cable, int64_t now) {
    while (lane->count > 0 && lane->ring[lane->first].due_us <= now) {
        const struct packet *packet = &lane->ring[lane->first];
        /* A device that is down takes nothing; a cable loses what nobody takes. */
        if (write(lane->to, packet->bytes, packet->size) == (ssize_t)packet->size)
            lane->passed++;
        else
            lane->dropped++;
        lane->first = (lane->first + 1) % cable->queue;
        lane->count--;
    }
}

/* How long there is nothing to write; false = until something is read. */
static bool cable_wait(const struct cable *cable, int64_t now, struct timespec *wait) {
    int64_t due_us = INT64_MAX;
    for (int i = 0; i < 2; i++) {
        const struct lane *lane = &cable->lanes[i];
        if (lane->count > 0 && lane->ring[lane->first].due_us < due_us) due_us = lane->ring[lane->first].due_us;
    }
    if (due_us == INT64_MAX) return false;
    const int64_t left_us = due_us > now ? due_us - now : 0;
    *wait = (struct timespec){.tv_sec = left_us / 1000000, .tv_nsec = left_us % 1000000 * 1000};
    return true;
}

static void cable_run(struct cable *cable) {
    struct pollfd ready[] = {{.fd = cable->lanes[0].from, .events = POLLIN},
                             {.fd = cable->lanes[1].from, .events = POLLIN},
                             {.fd = cable->signals, .events = POLLIN}};
    while ((ready[2].revents & POLLIN) == 0) {
        struct timespec wait;
        const bool is_awaited = cable_wait(cable, now_us(), &wait);
        if (ppoll(ready, 3, is_awaited ? &wait : NULL, NULL) < 0 && errno != EINTR) fail("cannot wait for", "a device");
        for (int i = 0; i < 2; i++) lane_read(&cable->lanes[i], cable);
        const int64_t now = now_us();
        for (int i = 0; i < 2; i++) lane_write(&cable->lanes[i], cable, now);
    }
}

static void cable_open(struct cable *cable) {
    sigset_t ends;
    const int near = device_open(cable->near);
    const int far = device_open(cable->far);
    must(sigemptyset(&ends) == 0 && sigaddset(&ends, SIGTERM) == 0 && sigprocmask(SIG_BLOCK, &ends, NULL) == 0);
    cable->signals = signalfd(-1, &ends, SFD_CLOEXEC);
    must(cable->signals >= 0);
    cable->lanes[0] = (struct lane){.from = near, .to = far};
    cable->lanes[1] = (struct lane){.from = far, .to = near};
    for (int i = 0; i < 2; i++) cable->lanes[i].ring = memory_zeroed(cable->queue, sizeof(struct packet));
}

static void cable_close(struct cable *cable) {
    (void)printf("{\"passed\":[%llu,%llu],\"dropped\":[%llu,%llu]}\n", (unsigned long long)cable->lanes[0].passed,
                 (unsigned long long)cable->lanes[1].passed, (unsigned long long)cable->lanes[0].dropped,
                 (unsigned long long)cable->lanes[1].dropped);
    for (int i = 0; i < 2; i++) {
        (void)close(cable->lanes[i].from);
        memory_free(cable->lanes[i].ring);
    }
    (void)close(cable->signals);
}

static _Noreturn void usage(const char *what) {
    (void)fprintf(stderr,
                  "tun_forwarder: %s\nusage: tun_forwarder --near NAMESPACE:DEVICE --far NAMESPACE:DEVICE"
                  " [--delay-ms N] [--rate-kbit N] [--queue PACKETS]\n",
                  what);
    exit(2);
}

static uint32_t number_of(const char *text, uint32_t max) {
    uint32_t number;
    if (!number_read_u32(span_of_text(text), max, &number)) usage("a number is wanted");
    return number;
}

static const char *place_of(const char *text) {
    const char *colon = strchr(text, ':');
    if (!colon || colon == text || colon[1] == '\0' || strlen(colon + 1) >= IFNAMSIZ)
        usage("NAMESPACE:DEVICE is wanted");
    return text;
}

static void cable_read(struct cable *cable, int count, char **arguments) {
    for (int i = 1; i + 1 < count; i += 2) {
        const char *value = arguments[i + 1];
        if (strcmp(arguments[i], "--near") == 0)
            cable->near = place_of(value);
        else if (strcmp(arguments[i], "--far") == 0)
            cable->far = place_of(value);
        else if (strcmp(arguments[i], "--delay-ms") == 0)
            cable->delay_ms = number_of(value, DELAY_MS_MAX);
        else if (strcmp(arguments[i], "--rate-kbit") == 0)
            cable->rate_kbit = number_of(value, RATE_KBIT_MAX);
        else if (strcmp(arguments[i], "--queue") == 0)
            cable->queue = number_of(value, QUEUE_MAX);
        else
            usage("there is no such option");
    }
    if (count % 2 == 0 || !cable->near || !cable->far || cable->queue == 0) usage("something is missing");
}

int main(int count, char **arguments) {
    struct cable cable = {.queue = QUEUE_DEFAULT};
    cable_read(&cable, count, arguments);
    cable_open(&cable);
    (void)printf("ready\n");
    (void)fflush(stdout);
    cable_run(&cable);
    cable_close(&cable);
    return 0;
}
