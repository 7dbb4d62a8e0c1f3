/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Reads what a query holds, by defs/parameters.def: bounds, words and what holds when a parameter is not there. The
 * first that is wrong is kept, so that the caller can be told which, and what it should be.
 * Owns: nothing; the exchange is borrowed.   Never: takes a value that was cut or that is damaged for an absent one. */

#include "daemon/api/schema.h"
#include "daemon/http/http.h"

enum parameter {
#define PARAMETER(NAME, route, name, TYPE, text) PARAMETER_##NAME,
#include "parameters.def"
#undef PARAMETER
    PARAMETER_COUNT
};
struct parameter_row {
    const char *route; /* as the routes' tables name it */
    const char *name;
    struct schema_type type;
    const char *text;
};
extern const struct parameter_row parameter_rows[PARAMETER_COUNT];

struct query {
    const struct http_exchange *exchange;
    enum parameter wrong; /* PARAMETER_COUNT: none is */
};
struct query query_of(const struct http_exchange *exchange);
/* Of each: when it is not there and is needed, it is wrong.
 * A whole number, or a cursor that counts; when it is not there what the table says, of a cursor 0. */
uint64_t query_whole(struct query *query, enum parameter parameter);
/* False: it is not there, or it is no word of the vocabulary. */
bool query_word(struct query *query, enum parameter parameter, int *value);
bool query_flag(struct query *query, enum parameter parameter); /* false when it is not there */
/* The number of an event, of its id ("TIME-NUMBER"); 0 when it is not there. */
uint64_t query_event(struct query *query, enum parameter parameter);
/* What the parameter must be, in a sentence. */
void query_write_demand(struct buffer *out, enum parameter parameter);
