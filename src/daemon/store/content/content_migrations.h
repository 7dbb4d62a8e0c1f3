/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How content.db came to look as it does. */

#include "daemon/store/migrations.h"

enum { CONTENT_APPLICATION_ID = 0x736b6563 }; /* "skec" */
extern const struct migrations content_migrations;
