/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A list that the API gives whole, as a table: one row for each item.   Owns: nothing. */

#include "cli/api_client.h"
#include "cli/sheet.h"

struct panel_list {
    const char *path; /* "/api/v1/blocks" */
    const char *const *titles;
    size_t title_count;
    void (*put)(struct sheet *sheet, const struct json_value *item, int64_t now_ms); /* one row */
    const char *nothing;                                                             /* said when it is empty */
};
int panel_list_show(const struct panel_list *list, struct api_client *client, bool is_json); /* an enum exit_code */
