/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Why a node holds a file, or wants it. Only a replica is ever let go of without being told. Hosts write the numbers
 * down. */
enum holding_role { HOLDING_REPLICA = 0, HOLDING_PINNED = 1, HOLDING_PUBLISHED = 2 };
