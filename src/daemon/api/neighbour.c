/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/neighbour.h"

#include "daemon/api/figure.h"

static void put_links(struct json_writer *w, const struct view *view) {
    json_open_array(w, "links");
    for (size_t i = 0; i < view->link_count; i++) {
        json_open_object(w, NULL);
        figure_put_node_id(w, "nodeId", &view->links[i].peer);
        json_put_text(w, "path", link_path_name(view->links[i].path));
        figure_put_integer(w, "rttMs", view->links[i].rtt_ms);
        json_close_object(w);
    }
    json_close_array(w);
}

void neighbour_write_views(struct json_writer *w, const struct look *look) {
    json_open_array(w, "items");
    for (size_t i = 0; i < look->neighbour_count; i++) {
        const struct neighbour_view *neighbour = &look->neighbours[i];
        json_open_object(w, NULL);
        figure_put_node_id(w, "nodeId", &neighbour->node_id);
        json_put_integer(w, "at", neighbour->at_ms);
        put_links(w, &neighbour->view);
        json_close_object(w);
    }
    json_close_array(w);
}
