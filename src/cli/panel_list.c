/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/panel_list.h"

#include <stdio.h>

#include "cli/command.h"

int panel_list_show(const struct panel_list *list, struct api_client *client, bool is_json) {
    struct span text;
    const struct json_value *panel;
    const int exit_code = api_client_get(client, list->path, &text, &panel);
    if (exit_code == EXIT_CODE_DONE && is_json) api_client_print(panel);
    if (exit_code != EXIT_CODE_DONE || is_json) return exit_code;
    const struct json_value *items = json_member(panel, "items");
    struct sheet sheet;
    sheet_init(&sheet, list->titles, list->title_count);
    for (size_t i = 0; i < json_array_count(items); i++)
        list->put(&sheet, &items->as.items[i], api_client_time(panel, "asOf"));
    if (sheet.count > 0)
        sheet_print(&sheet);
    else
        (void)puts(list->nothing);
    sheet_deinit(&sheet);
    return EXIT_CODE_DONE;
}
