/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/identity/self.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t NOW_MS = 1763640000000;

static void fill_nines(void *context, uint8_t *bytes, size_t size) {
    (void)context;
    memset(bytes, 9, size);
}
static const struct entropy nines = {.fill = fill_nines};

static void make(struct self *self, bool has_user) {
    uint8_t node_seed[32] = {1};
    uint8_t user_seed[32] = {2};
    struct signing_key node, user;
    assert_true(sign_init());
    sign_key_from_seed(&node, node_seed);
    sign_key_from_seed(&user, user_seed);
    self_init(self, &node, has_user ? &user : NULL, "test", &nines);
}

static void each_ticket_is_later_than_the_one_before(void **state) {
    (void)state;
    struct self self;
    make(&self, true);
    self_issue_ticket(&self, &nines, NOW_MS);
    self_issue_ticket(&self, &nines, NOW_MS);
    assert_true(self.ticket.issued_at_ms == NOW_MS + 1);
    self_issue_ticket(&self, &nines, NOW_MS - 5000);
    assert_true(self.ticket.issued_at_ms == NOW_MS + 2);
    self_deinit(&self);
}

static void a_clock_that_was_set_right_gives_true_tickets_again(void **state) {
    (void)state;
    struct self self;
    make(&self, true);
    self_issue_ticket(&self, &nines, NOW_MS + INT64_C(86400000) * 365);
    self_issue_ticket(&self, &nines, NOW_MS);
    assert_true(self.ticket.issued_at_ms == NOW_MS);
    assert_true(ticket_is_user_proven(&self.ticket, NOW_MS));
    self_deinit(&self);
}

static void without_a_user_key_the_user_is_only_claimed(void **state) {
    (void)state;
    struct self self;
    make(&self, false);
    self_issue_ticket(&self, &nines, NOW_MS);
    assert_false(self.ticket.has_user_cert);
    assert_false(ticket_is_user_proven(&self.ticket, NOW_MS));
    self_deinit(&self);
}

static void the_certificate_is_renewed_at_half_its_life(void **state) {
    (void)state;
    struct self self;
    make(&self, true);
    self_issue_ticket(&self, &nines, NOW_MS);
    int64_t first_end_ms = self.cert.not_after_ms;
    self_issue_ticket(&self, &nines, NOW_MS + USER_CERT_LIFE_MS_DEFAULT / 2 - 1);
    assert_true(self.cert.not_after_ms == first_end_ms);
    self_issue_ticket(&self, &nines, NOW_MS + USER_CERT_LIFE_MS_DEFAULT / 2);
    assert_true(self.cert.not_after_ms > first_end_ms);
    self_deinit(&self);
}

static void only_another_list_of_addresses_is_a_change(void **state) {
    (void)state;
    struct self self;
    struct address addresses[2];
    assert_true(address_read(span_of_text("203.0.113.5:8782"), &addresses[0]));
    assert_true(address_read(span_of_text("[2001:db8::5]:8782"), &addresses[1]));
    make(&self, true);
    assert_true(self_set_addresses(&self, addresses, 1));
    assert_false(self_set_addresses(&self, addresses, 1));
    assert_true(self_set_addresses(&self, addresses, 2));
    assert_true(self_set_addresses(&self, addresses, 0));
    self_deinit(&self);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ticket_is_later_than_the_one_before),
        cmocka_unit_test(a_clock_that_was_set_right_gives_true_tickets_again),
        cmocka_unit_test(without_a_user_key_the_user_is_only_claimed),
        cmocka_unit_test(the_certificate_is_renewed_at_half_its_life),
        cmocka_unit_test(only_another_list_of_addresses_is_a_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
