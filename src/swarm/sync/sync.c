/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/sync.h"

#include "swarm/engine_view.h"
#include "swarm/handlers.h"

void sync_record_kept(struct engine *engine, const struct input *input, int64_t now_ms) {
    (void)engine, (void)input, (void)now_ms;
}
void sync_record_gone(struct engine *engine, const struct input *input, int64_t now_ms) {
    (void)engine, (void)input, (void)now_ms;
}
void sync_record_sent(struct engine *engine, const struct input *input, int64_t now_ms) {
    (void)engine, (void)input, (void)now_ms;
}
void sync_on_sync_frame(struct engine *engine, struct link_row *link, const struct sync_frame *frame, int64_t now_ms) {
    (void)engine, (void)link, (void)frame, (void)now_ms;
}
void sync_on_lack(struct engine *engine, struct link_row *link, const struct lack *lack, int64_t now_ms) {
    (void)engine, (void)link, (void)lack, (void)now_ms;
}
void sync_on_record_frame(struct engine *engine, struct link_row *link, const struct record_frame *frame,
                          int64_t now_ms) {
    (void)engine, (void)link, (void)frame, (void)now_ms;
}
void engine_view_outbox(const struct engine *engine, struct outbox_view *view, struct object_id *ids, size_t max) {
    (void)engine, (void)ids, (void)max;
    *view = (struct outbox_view){0};
}
