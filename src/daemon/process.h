/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What this process takes of the machine, as the system tells it.
 * Owns: nothing.   Never: makes a figure up; what the system does not say is negative. */

struct process_view {
    double cpu_seconds; /* user and system */
    double resident_bytes;
    double virtual_bytes;
    double descriptors;
    double descriptors_max; /* negative: no limit, or not known */
};
void process_look(struct process_view *view);
