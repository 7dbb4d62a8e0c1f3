/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor/visit.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/sheet.h"

/* The stream says something every other second. */
enum { CALL_MS_MAX = 5000, SILENCE_MS_MAX = 10000, ID_TEXT_SIZE = 16 };

struct visit {
    char id[ID_TEXT_SIZE + 1];
    size_t taken; /* how many of its steps */
    struct diagnosis *diagnosis;
    void (*show)(const struct diagnosis *diagnosis, size_t first);
};

static void take_step(struct diagnosis *diagnosis, const struct json_value *json) {
    char check[DIAGNOSIS_CHECK_MAX], title[DIAGNOSIS_TITLE_MAX], text[DIAGNOSIS_TEXT_MAX], advice[DIAGNOSIS_TEXT_MAX];
    enum diagnosis_result result = DIAGNOSIS_NOTE;
    (void)diagnosis_result_read(api_client_text(json, "result"), &result);
    sheet_clean(api_client_text(json, "check"), check, sizeof check);
    sheet_clean(api_client_text(json, "title"), title, sizeof title);
    sheet_clean(api_client_text(json, "text"), text, sizeof text);
    sheet_clean(api_client_text(json, "advice"), advice, sizeof advice);
    diagnosis_advise(diagnosis_add(diagnosis, check, title, result, "%s", text), "%s", advice);
}

/* False: that was the last one. */
static bool take_steps(struct visit *visit, const struct json_value *item) {
    const struct json_value *steps = json_member(item, "steps");
    const size_t first = visit->diagnosis->count, count = json_array_count(steps);
    for (; visit->taken < count; visit->taken++) take_step(visit->diagnosis, &steps->as.items[visit->taken]);
    visit->show(visit->diagnosis, first);
    return api_client_time(item, "endedAt") == 0;
}

/* The panel stands in the snapshot, and in a delta among the panels that changed. */
static bool take_message(void *context, struct span name, struct span text, const struct json_value *json) {
    struct visit *visit = context;
    const bool is_snapshot = span_equal_text(name, "snapshot");
    const struct json_value *panel = json_member(is_snapshot ? json : json_member(json, "panels"), "doctor");
    const struct json_value *items = json_member(panel, "items");
    (void)text;
    for (size_t i = 0; i < json_array_count(items); i++)
        if (span_equal_text(api_client_text(&items->as.items[i], "id"), visit->id))
            return take_steps(visit, &items->as.items[i]);
    return true;
}

static int begin(struct api_client *client, const char *node, struct visit *visit) {
    char body[80];
    const struct json_value *answer;
    (void)snprintf(body, sizeof body, "{\"nodeId\":\"%s\"}", node);
    const int exit_code = api_client_post(client, "/api/v1/doctor", body, &answer);
    if (exit_code == EXIT_CODE_DONE) (void)span_copy_text(api_client_text(answer, "id"), visit->id, sizeof visit->id);
    return exit_code;
}

/* A complaint is what happened, and on its further lines what to do. */
static void tell_failure(struct diagnosis *diagnosis, const struct err_detail *complaint,
                         void (*show)(const struct diagnosis *diagnosis, size_t first)) {
    const size_t first = diagnosis->count, line = strcspn(complaint->text, "\n");
    const char *rest = complaint->text[line] == '\0' ? "skep events says more." : complaint->text + line + 1;
    diagnosis_advise(
        diagnosis_add(diagnosis, "visit", "The node's doctor", DIAGNOSIS_PROBLEM, "%.*s", (int)line, complaint->text),
        "%s", rest);
    show(diagnosis, first);
}

void visit_follow(struct api_client *client, const char *folder, const char *node, struct diagnosis *diagnosis,
                  void (*show)(const struct diagnosis *diagnosis, size_t first)) {
    struct err_detail complaint = {{0}};
    struct visit visit = {.diagnosis = diagnosis, .show = show};
    int exit_code = api_client_open_quietly(client, folder, &complaint);
    client->call_ms_max = CALL_MS_MAX;
    client->silence_ms_max = SILENCE_MS_MAX;
    if (exit_code == EXIT_CODE_DONE) exit_code = begin(client, node, &visit);
    if (exit_code == EXIT_CODE_DONE) exit_code = api_client_follow(client, "/api/v1/stream", take_message, &visit);
    client->complaint = NULL;
    if (exit_code == EXIT_CODE_DONE) return;
    tell_failure(diagnosis, &complaint, show);
}
