/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { targetIn } from "./target";

const id = "q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa";

test("a node, an address, or a node at an address", () => {
  assert.deepEqual(targetIn(` ${id.toUpperCase()}\n`), { nodeId: id });
  for (const address of ["192.0.2.7:8782", "192.0.2.255:1", "[2001:db8::5]:65535"]) {
    assert.deepEqual(targetIn(address), { address });
    assert.deepEqual(targetIn(`${id}@${address}`), { nodeId: id, address });
  }
});

test("anything else is not guessed at", () => {
  const odd = ["", "peer.example", "peer.example:8782", "192.0.2:1", "[192.0.2.7]:1", "192.0.2.7:0", "192.0.2.7:65536", "2001:db8::5:8782", "a b:1"];
  for (const text of [...odd, `${id}@`, `${id}@host`, `${id}@host:1`, `${id.slice(1)}@192.0.2.7:1`, "@192.0.2.7:1", "http://192.0.2.7:1"])
    assert.equal(targetIn(text), null, text);
});
