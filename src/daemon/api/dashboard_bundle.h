/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The page, as bytes in the program: what the build made of dashboard/.
 * Owns: constant data.   Never: read from disk at run time. */

#include <stddef.h>

struct dashboard_file {
    const char *path; /* "/", "/app.js" */
    const char *content_type;
    const char *etag; /* with its quotes */
    const unsigned char *bytes;
    size_t size;
    const unsigned char *gzip_bytes;
    size_t gzip_size;
};
extern const struct dashboard_file dashboard_files[];
extern const size_t dashboard_file_count;
