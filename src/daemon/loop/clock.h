/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The system's clocks; the only place in Skep that reads them.
 * Owns: nothing.   Full: cannot be. */

#include <stdint.h>

int64_t clock_monotonic_us(void); /* never jumps, starts anywhere, stands still while the machine sleeps */
int64_t clock_slept_us(void);     /* how long the machine has slept since it booted */
int64_t clock_wall_ms(void);      /* since the epoch; jumps when somebody sets it */
