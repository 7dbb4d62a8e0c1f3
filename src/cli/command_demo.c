/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/demo_faults.h"
#include "cli/node_process.h"
#include "cli/options.h"
#include "daemon/client/http_client.h"
#include "daemon/loop/clock.h"
#include "daemon/store/data_folder.h"
#include "daemon/store/folder_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern const struct command command_demo;

static const char help[] =
    "Examples:\n"
    "  skep demo                     a beacon, which signals too, and eight nodes; dashboard at http://127.0.0.1:8780\n"
    "  skep demo --nodes 20          more of them\n"
    "  skep demo --for 60s           ends by itself\n"
    "  skep demo --faults stall=2%,churn=6/min\n"
    "                                see how the swarm takes it\n"
    "  skep demo --data /tmp/swarm   keeps the folders; elsewhere: skep links --why --data /tmp/swarm/node-01\n"
    "\n"
    "Usage: skep demo [options]\n"
    "  --nodes N        how many nodes, 1 to 64; default 8\n"
    "  --api ADDR:PORT  where the first node's dashboard is; default 127.0.0.1:8780\n"
    "  --data DIR       keep the nodes' folders there (DIR/beacon, DIR/node-01 and so on), with what each said in its\n"
    "                   log.txt; default: a temporary folder, removed at the end\n"
    "  --for TIME       end after that long; default: at Ctrl-C\n"
    "  --faults LIST    harm the nodes meanwhile, all but the first one and the beacon, and say so on standard\n"
    "                   error: stall=N% stops so many of them for 5 to 30 s, at any time; churn=N/min kills so many\n"
    "                   a minute and starts them again; or both, with a comma between\n"
    "Every node is a process of its own (`skep run`). When the swarm is up it prints one line,\n"
    "dashboard: http://ADDR:PORT/#token=...; Ctrl-C stops every process it started.\n";

enum {
    NODES_MAX = DEMO_NODES_MAX,
    START_MS_MAX = 15000,
    SWARM_MS_MAX = 10000,
    STOP_MS_MAX = 5000,
    LOOK_EVERY_MS = 100,
    WATCH_EVERY_MS = 250
};

static const int64_t FOR_MS_MAX = INT64_C(365) * 86400000;

struct demo {
    int64_t node_count;
    const char *api;
    int64_t for_ms; /* 0 = until a signal */
    struct demo_faults_wish wish;
    struct demo_faults faults;
    bool is_temporary;
    char beacon[64]; /* its URL; it is the signaling server, too */
    char folder[400];
    int signals; /* a descriptor that becomes readable when we shall end */
    size_t process_count;
    struct node_process processes[NODES_MAX + 1]; /* the beacon first */
    struct run_file dashboard;
    char token[80];
};

/* A signal arrived within `ms`; or that long has passed. */
static bool ended_within(const struct demo *demo, int64_t ms) {
    struct pollfd wait = {.fd = demo->signals, .events = POLLIN};
    return poll(&wait, 1, ms > INT32_MAX ? -1 : (int)ms) > 0;
}

/* Into the place of that index: the next one, or one whose process has ended. */
static enum err start(struct demo *demo, size_t index, const char *name, const char *const *args,
                      struct err_detail *detail) {
    struct node_process *process = &demo->processes[index];
    snprintf(process->folder, sizeof process->folder, "%s/%s", demo->folder, name);
    run_file_remove(process->folder); /* of a run that was killed */
    enum err err = data_folder_make(process->folder, detail);
    if (err == ERR_OK) err = node_process_start(process, args, detail);
    if (err == ERR_OK && index == demo->process_count) demo->process_count++;
    return err;
}

static enum err start_beacon(struct demo *demo, struct err_detail *detail) {
    const char *const args[] = {"--roles", "beacon,signaling", "--api", "127.0.0.1:0", "--serve", "127.0.0.1:0", NULL};
    char address[ADDRESS_TEXT_MAX];
    struct run_file run;
    enum err err = start(demo, 0, "beacon", args, detail);
    if (err == ERR_OK) err = node_process_wait_ready(&demo->processes[0], START_MS_MAX, &run, detail);
    if (err == ERR_OK)
        snprintf(demo->beacon, sizeof demo->beacon, "http://%s", address_text(&run.serve.address, address));
    return err;
}

static enum err start_node(struct demo *demo, size_t index, struct err_detail *detail) {
    char name[32];
    const char *const args[] = {
        "--listen",   "127.0.0.1:0", "--beacon", demo->beacon, "--signal",
        demo->beacon, "--community", "demo",     "--api",      index == 1 ? demo->api : "127.0.0.1:0",
        NULL};
    snprintf(name, sizeof name, "node-%02d", (int)index);
    return start(demo, index, name, args, detail);
}

static enum err start_nodes(struct demo *demo, struct err_detail *detail) {
    for (size_t i = 1; i <= (size_t)demo->node_count; i++) {
        enum err err = start_node(demo, i, detail);
        if (err != ERR_OK) return err;
    }
    for (size_t i = 1; i < demo->process_count; i++) {
        struct run_file run;
        enum err err = node_process_wait_ready(&demo->processes[i], START_MS_MAX, &run, detail);
        if (err != ERR_OK) return err;
        if (i == 1) demo->dashboard = run;
    }
    return ERR_OK;
}

static enum err read_token(struct demo *demo, struct err_detail *detail) {
    struct buffer token = buffer_over((uint8_t *)demo->token, sizeof demo->token - 1);
    enum err err = data_file_read(demo->processes[1].folder, "api.token", &token, detail);
    demo->token[strcspn(demo->token, "\r\n")] = '\0';
    return err;
}

/* How many peers the first node knows with a ticket, by its own API; -1: it does not answer. */
static int64_t count_peers(const struct demo *demo, struct arena *arena, struct buffer answer) {
    char address[ADDRESS_TEXT_MAX];
    char url[128];
    int status = 0;
    enum json_fault fault;
    snprintf(url, sizeof url, "http://%s/api/v1/peers?limit=200", address_text(&demo->dashboard.api.address, address));
    struct http_call call = {.method = "GET",
                             .url = url,
                             .bearer = demo->token,
                             .total_ms_max = 2000,
                             .answer_bytes_max = answer.capacity - 1};
    if (http_call_blocking(&call, &status, &answer, NULL) != HTTP_OUTCOME_ANSWERED || status != 200) return -1;
    arena_reset(arena);
    const struct json_value *root = json_parse(buffer_span(&answer), JSON_CANON, arena, &fault, NULL);
    const struct json_value *items = json_member(root, "items");
    return items != NULL && items->kind == JSON_ARRAY ? (int64_t)items->count : -1;
}

/* The swarm is up when the first node knows all the others; if that takes too long, it says so and goes on. False: it
 * was told to end meanwhile. */
static bool wait_for_swarm(const struct demo *demo) {
    enum { TREE_SIZE = 1 << 20, TEXT_SIZE = 1 << 18 };
    uint8_t *memory = memory_zeroed(1, TREE_SIZE + TEXT_SIZE);
    struct arena arena = arena_over(memory, TREE_SIZE);
    bool is_ended = false;
    int64_t known = -1;
    for (int64_t waited_ms = 0; waited_ms < SWARM_MS_MAX && !is_ended; waited_ms += LOOK_EVERY_MS) {
        known = count_peers(demo, &arena, buffer_over(memory + TREE_SIZE, TEXT_SIZE));
        if (known >= demo->node_count - 1) break;
        is_ended = ended_within(demo, LOOK_EVERY_MS);
    }
    memory_free(memory);
    if (!is_ended && known < demo->node_count - 1) {
        fprintf(stderr, "skep demo: the first node knows %d of %d others so far\n", (int)(known < 0 ? 0 : known),
                (int)demo->node_count - 1);
    }
    return !is_ended;
}

static void announce_dashboard(const struct demo *demo) {
    char address[ADDRESS_TEXT_MAX];
    printf("dashboard: http://%s/#token=%s\n", address_text(&demo->dashboard.api.address, address), demo->token);
    fflush(stdout);
}

static enum err bring_up(struct demo *demo, struct err_detail *detail) {
    enum err err = start_beacon(demo, detail);
    if (err == ERR_OK) err = start_nodes(demo, detail);
    return err == ERR_OK ? read_token(demo, detail) : err;
}

static int64_t now_ms(void) {
    return clock_monotonic_us() / 1000;
}

/* What it wrote last tells why it gave up; of one that was killed it tells nothing. */
static void note_ended(struct demo *demo, size_t index) {
    const struct node_process *process = &demo->processes[index];
    if (WIFSIGNALED(process->status)) {
        fprintf(stderr, "skep demo: the node in %s was ended by signal %d; the others go on\n", process->folder,
                WTERMSIG(process->status));
    } else {
        char line[256];
        node_process_last_line(process, line, sizeof line);
        fprintf(stderr, "skep demo: the node in %s has ended, exit code %d; the others go on. It said last: %s\n",
                process->folder, WEXITSTATUS(process->status), line);
    }
    if (index > 0) demo_faults_lost(&demo->faults, index - 1);
}

/* Says so when a node ends that nobody stopped; the others go on. */
static void look_for_ended(struct demo *demo) {
    for (size_t i = 0; i < demo->process_count; i++) {
        if (demo->processes[i].pid != 0 && node_process_has_ended(&demo->processes[i])) note_ended(demo, i);
    }
}

static void restart(struct demo *demo, size_t index) {
    struct err_detail detail = {0};
    if (start_node(demo, index, &detail) == ERR_OK) {
        fprintf(stderr, "skep demo: node-%02d is started again\n", (int)index);
        return;
    }
    fprintf(stderr, "skep demo: node-%02d could not be started again: %s\n", (int)index, detail.text);
    demo_faults_lost(&demo->faults, index - 1);
}

static void act(struct demo *demo, const struct demo_act *what) {
    const size_t index = what->node + 1; /* the beacon is in front of the nodes */
    struct node_process *process = &demo->processes[index];
    switch (what->kind) {
    case DEMO_ACT_STOP:
        fprintf(stderr, "skep demo: node-%02d is stopped for %d s\n", (int)index, (int)(what->for_ms / 1000));
        node_process_signal(process, SIGSTOP);
        return;
    case DEMO_ACT_CONTINUE:
        fprintf(stderr, "skep demo: node-%02d goes on\n", (int)index);
        node_process_signal(process, SIGCONT);
        return;
    case DEMO_ACT_KILL:
        fprintf(stderr, "skep demo: node-%02d is killed\n", (int)index);
        node_process_kill(process);
        return;
    case DEMO_ACT_START: restart(demo, index); return;
    }
}

static void watch(struct demo *demo) {
    const int64_t began_ms = now_ms();
    const int64_t end_ms = demo->for_ms == 0 ? INT64_MAX : began_ms + demo->for_ms;
    demo_faults_init(&demo->faults, &demo->wish, (size_t)demo->node_count, (uint64_t)clock_monotonic_us(), began_ms);
    for (int64_t now = began_ms; now < end_ms; now = now_ms()) {
        struct demo_act what;
        look_for_ended(demo);
        while (demo_faults_next(&demo->faults, now, &what)) act(demo, &what);
        if (ended_within(demo, end_ms - now < WATCH_EVERY_MS ? end_ms - now : WATCH_EVERY_MS)) return;
    }
}

static enum err make_folder(struct demo *demo, const char *data, struct err_detail *detail) {
    const char *base = getenv("TMPDIR");
    demo->is_temporary = data == NULL;
    if (data != NULL) {
        snprintf(demo->folder, sizeof demo->folder, "%s", data);
        return data_folder_make(data, detail);
    }
    snprintf(demo->folder, sizeof demo->folder, "%s/skep-demo-XXXXXX", base == NULL || base[0] == '\0' ? "/tmp" : base);
    if (mkdtemp(demo->folder) != NULL) return ERR_OK;
    return err_set(detail, ERR_IO, "cannot make a temporary folder like %s: %s", demo->folder, strerror(errno));
}

static int run_demo(struct demo *demo) {
    struct err_detail detail = {0};
    enum err err = bring_up(demo, &detail);
    if (err == ERR_OK && wait_for_swarm(demo)) {
        announce_dashboard(demo);
        watch(demo);
    }
    node_process_stop_all(demo->processes, demo->process_count, STOP_MS_MAX);
    if (err == ERR_OK) return EXIT_CODE_DONE;
    fprintf(stderr, "skep demo: %s\n", detail.text[0] != '\0' ? detail.text : err_sentence(err));
    return EXIT_CODE_FAILED;
}

static int catch_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* False: what was asked for makes no sense, with the exit code. */
static bool read_faults(const struct options_table *table, struct demo *demo, const char *text, int *exit_code) {
    if (text == NULL) return true;
    if (!demo_faults_read(text, &demo->wish)) {
        *exit_code = options_refuse(table, "--faults wants %s, not \"%s\"", DEMO_FAULTS_WANTED, text);
        return false;
    }
    if (demo->node_count < 2) {
        *exit_code = options_refuse(table, "--faults never harms the first node, so --nodes must be 2 or more");
        return false;
    }
    return true;
}

static bool read_api(const struct options_table *table, const char *text, int *exit_code) {
    struct address address;
    if (address_read(span_of_text(text), &address)) return true;
    *exit_code = options_refuse(table, "--api %s is not ADDR:PORT, like 127.0.0.1:8780 or [::1]:8780", text);
    return false;
}

static int run(int argc, char **argv) {
    const char *data = NULL;
    const char *faults = NULL;
    struct demo *demo = memory_zeroed(1, sizeof *demo);
    struct err_detail detail = {0};
    demo->node_count = 8;
    demo->api = "127.0.0.1:8780";
    const struct options_entry entries[] = {
        {.name = "nodes", .kind = OPTIONS_INTEGER, .into.integer = &demo->node_count, .min = 1, .max = NODES_MAX},
        {.name = "api", .kind = OPTIONS_TEXT, .into.text = &demo->api},
        {.name = "data", .kind = OPTIONS_TEXT, .into.text = &data},
        {.name = "for", .kind = OPTIONS_DURATION, .into.integer = &demo->for_ms, .min = 1, .max = FOR_MS_MAX},
        {.name = "faults", .kind = OPTIONS_TEXT, .into.text = &faults},
    };
    const struct options_table table = {
        .command = "skep demo", .help = help, .entries = entries, .count = sizeof entries / sizeof entries[0]};
    int exit_code;
    if (options_accept(&table, argc, argv, &exit_code) && read_api(&table, demo->api, &exit_code) &&
        read_faults(&table, demo, faults, &exit_code)) {
        demo->signals = catch_signals();
        enum err err = make_folder(demo, data, &detail);
        exit_code = err == ERR_OK ? run_demo(demo) : EXIT_CODE_FAILED;
        if (err != ERR_OK) fprintf(stderr, "skep demo: %s\n", detail.text);
        if (demo->is_temporary && err == ERR_OK) folder_tree_remove(AT_FDCWD, demo->folder);
        close(demo->signals);
    }
    memory_free(demo);
    return exit_code;
}

const struct command command_demo = {
    .name = "demo", .summary = "a swarm of nodes on this machine, with its dashboard", .help = help, .run = run};
