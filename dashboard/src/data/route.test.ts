/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOf, pageOfLink, parseRoute, tokenIn, tokenOf } from "./route";
import { freshnessOf } from "./store";

test("an address without a page is the Node Dashboard", () => {
  for (const hash of ["", "#", "#/node", "#/somewhere", "#token=x"]) {
    assert.deepEqual(parseRoute(hash), { page: "node", drawer: null, of: null });
  }
  assert.deepEqual(parseRoute("#/"), { page: "networking", drawer: null, of: null });
  assert.deepEqual(parseRoute("#/content"), { page: "content", drawer: null, of: null });
});

test("drawers are part of the address, both ways", () => {
  assert.deepEqual(parseRoute("#/node?events"), { page: "node", drawer: "events", of: null });
  assert.equal(parseRoute("#/node?why=abc").of, "abc");
  for (const hash of ["#/", "#/node", "#/?events", "#/node?keys", "#/node?why=abc", "#/?op", "#/content", "#/content?events"]) {
    assert.equal(hashOf(parseRoute(hash)), hash);
  }
});

test("a link with a code may name the page to open", () => {
  assert.equal(pageOfLink("#token=x&panel=networking"), "networking");
  for (const hash of ["#token=x", "#token=x&panel=node", "#token=x&panel=elsewhere"]) assert.equal(pageOfLink(hash), "node");
});

test("the token is read from the fragment", () => {
  assert.equal(tokenOf("#token=abc_-1"), "abc_-1");
  assert.equal(tokenOf("#token="), null);
  assert.equal(tokenOf("#/node"), null);
});

test("a pasted link or a bare token will do, other text will not", () => {
  assert.equal(tokenIn(" http://127.0.0.1:8780/#token=abc\n"), "abc");
  assert.equal(tokenIn("abc"), "abc");
  assert.equal(tokenIn(""), null);
  assert.equal(tokenIn("run skep dashboard"), null);
  assert.equal(tokenIn("http://127.0.0.1:8780/#/node"), null);
});

test("silence makes the page stale within 5 s, whatever the connection says", () => {
  assert.equal(freshnessOf("connecting", null), "waiting");
  assert.equal(freshnessOf("lost", null), "offline");
  assert.equal(freshnessOf("open", 4_800), "live");
  assert.equal(freshnessOf("open", 5_000), "stale");
  assert.equal(freshnessOf("lost", 1_000), "live");
  assert.equal(freshnessOf("refused", 0), "refused");
});
