/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration, and what the node itself says. */
#include "cli/doctor/facts.h"

#include "cli/command.h"
#include "daemon/loop/clock.h"
#include "daemon/store/data_folder.h"
#include "daemon/store/store.h"

#include <stdio.h>
#include <string.h>

/* A folder that cannot be named leaves the path empty; the next step says so. */
void facts_take_config(struct facts *facts) {
    const struct config_source source = {.file = facts->config_flag};
    facts->config = config_load(&source);
    const char *set = config_settings(facts->config)->data;
    const char *wanted = facts->data_flag != NULL ? facts->data_flag : set[0] != '\0' ? set : NULL;
    enum err err = data_folder_path(wanted, facts->folder_path, sizeof facts->folder_path, &facts->complaint);
    if (err != ERR_OK) facts->folder_path[0] = '\0';
}

void facts_take_node(struct facts *facts) {
    struct span text;
    struct err_detail ignored;
    facts->now_ms = clock_wall_ms();
    int exit_code = api_client_open_quietly(&facts->node, facts->folder_path, &facts->complaint);
    facts->node.call_ms_max = FACTS_WAIT_MS;
    if (exit_code == EXIT_CODE_DONE)
        exit_code = api_client_get(&facts->node, "/api/v1/snapshot", &text, &facts->snapshot);
    if (exit_code != EXIT_CODE_DONE) {
        facts->snapshot = NULL;
        return;
    }
    exit_code = api_client_open_quietly(&facts->story, facts->folder_path, &ignored);
    facts->story.call_ms_max = FACTS_WAIT_MS;
    if (exit_code == EXIT_CODE_DONE)
        exit_code = api_client_get(&facts->story, "/api/v1/events?level=warn&limit=200", &text, &facts->events);
    if (exit_code != EXIT_CODE_DONE) facts->events = NULL;
}

void facts_take_database(struct facts *facts) {
    if (facts->snapshot != NULL || facts->process.is_locked || !facts->folder.is_folder) return;
    switch (store_look(facts->folder_path, &facts->database_fault)) {
    case ERR_OK: facts->database = FACTS_DATABASE_GOOD; return;
    case ERR_NOT_FOUND: facts->database = FACTS_DATABASE_ABSENT; return;
    default: facts->database = FACTS_DATABASE_BAD; return;
    }
}

void facts_deinit(struct facts *facts) {
    config_free(facts->config);
    api_client_close(&facts->node);
    api_client_close(&facts->story);
    api_client_close(&facts->running);
    api_client_close(&facts->visit);
}
