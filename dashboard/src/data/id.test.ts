/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isWholeId } from "./id";

const id = "q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa";

test("an id is whole with 32 of its letters and digits", () => {
  assert.equal(isWholeId(id), true);
  for (const odd of ["", id.slice(1), `${id}a`, id.replace("q", "1"), id.toUpperCase()])
    assert.equal(isWholeId(odd), false, odd);
});
