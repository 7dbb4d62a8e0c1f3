/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/must.h"
#include "daemon/loop/state.h"

struct job {
    uv_work_t uv;
    void (*work)(void *context);
    void (*done)(void *context);
    void *context;
};

static void job_work(uv_work_t *request) {
    const struct job *job = request->data;
    job->work(job->context);
}

/* Never cancelled, also not by loop_free: whoever gave a context gets it back after the work, once. */
static void job_done(uv_work_t *request, int status) {
    struct job *job = request->data;
    must(status == 0);
    job->done(job->context);
    memory_free(job);
}

void loop_work(struct loop *loop, void (*work)(void *context), void (*done)(void *context), void *context) {
    struct job *job = memory_zeroed(1, sizeof *job);
    *job = (struct job){.work = work, .done = done, .context = context};
    job->uv.data = job;
    must(uv_queue_work(&loop->uv, &job->uv, job_work, job_done) == 0); /* fails only without a function to run */
}
