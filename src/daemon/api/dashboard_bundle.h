/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The page, as bytes in the program: what the build made of dashboard/.
 * Owns: constant data.   Never: read from disk at run time. */

#include <stddef.h>

/* The compressed forms of a file, best first. */
enum { DASHBOARD_BROTLI, DASHBOARD_GZIP, DASHBOARD_FORMS };
struct dashboard_form {
    const unsigned char *bytes;
    size_t size; /* 0: there is none */
};
struct dashboard_file {
    const char *path; /* "/", "/app.js" */
    const char *content_type;
    const char *etag; /* with its quotes */
    const unsigned char *bytes;
    size_t size;
    struct dashboard_form forms[DASHBOARD_FORMS];
};
extern const struct dashboard_file dashboard_files[];
extern const size_t dashboard_file_count;
