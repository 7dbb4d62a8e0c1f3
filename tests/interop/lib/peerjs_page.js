// SPDX-License-Identifier: Apache-2.0
// Runs in the page, beside the unchanged build of peerjs: what the checks ask of it hangs on window.tool. What is sent is
// made from numbers, so that it need not be carried to be compared. A result is { label, pass, detail, ms }.
(() => {
  const { Peer, util } = window.peerjs;
  const connections = new Map(); // by number
  const incoming = []; // those that a peer dialled, once open
  const troubles = [];
  const CHUNK = 16300;
  let peer = null;
  let followed = 0;
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const now = () => performance.now();

  // ---- What is sent

  function bytes(size, seed = 1) {
    const made = new Uint8Array(size);
    let state = Math.imul(seed, 2654435761) >>> 0 || 1;
    for (let i = 0; i < size; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      made[i] = state;
    }
    return made;
  }

  function text(size, seed = 1) {
    return new TextDecoder("latin1").decode(bytes(size, seed).map((byte) => 32 + (byte % 95)));
  }

  const keys = (count, value) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value(i)]));
  const list = (count, value) => Array.from({ length: count }, (_, i) => value(i));

  const INTEGERS = [0, 1, 127, 128, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
  const BELOW_ZERO = [-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31)];
  const DOUBLES = [1.5, -0.1, Math.PI, 1e-10, 1234567.875, 0.1];

  const VALUES = {
    raw: () => [
      ["text", "hello"],
      ["empty text", ""],
      ["text of every kind", "é☃😀\u0000ÿ"],
      ["one byte", new Uint8Array([7])],
      ["no bytes", new Uint8Array(0)],
      ["a view into bytes", bytes(40, 9).subarray(3, 21)],
      ["ArrayBuffer", bytes(5, 3).buffer],
      ["text that looks like an order", '{"__peerData":{"type":"close"}}'],
    ],
    json: () => [
      ["object", { a: 1, b: "é☃😀", c: [1, "x", null, true, { d: [] }] }],
      ["text", "plain"],
      ["empty text", ""],
      ["number", 42],
      ["zero", 0],
      ["negative", -7.25],
      ["true", true],
      ["false", false],
      ["empty array", []],
      ["empty object", {}],
      ["nested", { l: [[[[{ m: { n: { o: { p: [1, [2, [3]]] } } } }]]]] }],
      ["escapes", 'tab\t line\n quote" back\\ slash/ nul\u0000 bell\u0007 u2028\u2028'],
      ["numbers", [1e21, 1e-7, 0.1, 123456789012, -2147483649, 2 ** 53 - 1, 1.7976931348623157e308, 5e-324]],
      ["many keys", keys(300, (i) => i)],
    ],
    binary: () => [
      ["text", "hi"],
      ["empty text", ""],
      ["text of every kind", "é☃😀ÿ"],
      ...[15, 16, 65535, 65536].map((size) => [`text of ${size} bytes`, text(size, size)]),
      ...[...INTEGERS, ...BELOW_ZERO].map((number) => [`integer ${number}`, number]),
      ...DOUBLES.map((number) => [`double ${number}`, number]),
      ["true", true],
      ["false", false],
      ["empty array", []],
      ["empty object", {}],
      ["object", { k: "v", n: { x: [1], y: null, z: { w: "é" } } }],
      ["undefined inside", { a: undefined, b: [undefined, 1] }],
      ...[15, 16, 1000].map((count) => [`array of ${count}`, list(count, (i) => i * 3)]),
      ...[15, 16, 300].map((count) => [`object of ${count}`, keys(count, (i) => [i])]),
      ...[0, 1, 15, 16, 65535, 65536].map((size) => [`${size} bytes`, bytes(size, size)]),
      ["Uint16Array", new Uint16Array([258, 65535])],
      ["a view into bytes", new Int8Array(bytes(32, 4).buffer, 5, 9)],
      ["Float64Array", new Float64Array([1.5, -2])],
      ["ArrayBuffer", bytes(33, 5).buffer],
      ["Blob", new Blob([bytes(100, 6)])],
      ["Blob in pieces", new Blob([bytes(50000, 6)])],
      ["bytes inside", { name: "f", data: bytes(300, 7), list: [bytes(3, 8), "x"] }],
      ["date", new Date(0)],
      [
        "message of an application",
        { type: "announce", payload: { list: ["p1", "f1"], at: 1763640000000, ratio: 0.75 } },
      ],
    ],
  };

  // ---- Whether it came back

  const bytesOf = (value) => {
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
    return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null;
  };

  function same(a, b) {
    const [x, y] = [bytesOf(a), bytesOf(b)];
    if (x !== null || y !== null)
      return x !== null && y !== null && x.length === y.length && x.every((v, i) => v === y[i]);
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const [names, others] = [Object.keys(a), Object.keys(b)];
    return names.length === others.length && names.every((name, i) => others[i] === name && same(a[name], b[name]));
  }

  function shown(value) {
    const array = bytesOf(value);
    if (array !== null) return `${array.length} bytes`;
    return String(JSON.stringify(value) ?? value).slice(0, 100);
  }

  /** What may come back: the value, or what one pass or two through the library's serializer make of it. */
  async function acceptable(kind, value) {
    if (kind === "raw") return [bytesOf(value) ?? value];
    if (kind === "json") return [JSON.parse(JSON.stringify(value))];
    const once = util.unpack(await util.pack(value));
    const twice = once === undefined ? once : util.unpack(await util.pack(once));
    return [value, once, twice];
  }

  // ---- Connections

  function follow(connection) {
    const row = {
      connection,
      got: [],
      wake: () => {},
      closedAt: null,
      errors: [],
      frames: { count: 0, texts: 0, longest: 0 },
    };
    connection.on("data", (data) => {
      row.got.push(data);
      row.wake();
    });
    connection.on("close", () => {
      row.closedAt = now();
      row.wake();
    });
    connection.on("error", (error) => row.errors.push(`${error.type}: ${error.message}`));
    const look = () =>
      connection.dataChannel.addEventListener("message", ({ data }) => {
        row.frames.count++;
        if (typeof data === "string") row.frames.texts++;
        row.frames.longest = Math.max(row.frames.longest, data.byteLength ?? data.length);
      });
    if (connection.open) look();
    else connection.on("open", look);
    row.number = ++followed;
    connections.set(row.number, row);
    return row;
  }

  const about = ({ number, connection }, ms) => ({
    number,
    ms,
    serialization: connection.serialization,
    reliable: connection.reliable,
    label: connection.label,
    peer: connection.peer,
    ordered: connection.dataChannel.ordered,
    largest: connection.peerConnection.sctp.maxMessageSize,
  });

  function join(id, options) {
    return new Promise((done, fail) => {
      const began = now();
      peer = new Peer(id, { config: { iceServers: [] }, debug: 0, ...options });
      peer.on("open", (known) => done({ id: known, ms: now() - began }));
      peer.on("error", (error) => {
        troubles.push(`${error.type}: ${error.message}`);
        fail(new Error(troubles.at(-1)));
      });
      peer.on("connection", (connection) => {
        const arrived = now();
        const row = follow(connection);
        const opened = () => incoming.push(about(row, now() - arrived));
        if (connection.open) opened();
        else connection.on("open", opened);
      });
    });
  }

  function dial(id, options = {}, ms = 12_000) {
    return new Promise((done, fail) => {
      const began = now();
      const connection = peer.connect(id, options);
      const row = follow(connection);
      const timer = setTimeout(() => {
        fail(
          new Error(`not open after ${ms} ms: ICE is ${connection.peerConnection?.iceConnectionState}; ${troubles}`),
        );
        connection.close();
      }, ms);
      connection.on("open", () => {
        clearTimeout(timer);
        done(about(row, now() - began));
      });
      connection.on("error", (error) => {
        clearTimeout(timer);
        fail(new Error(`${error.type}: ${error.message}`));
      });
    });
  }

  async function accepted(ms) {
    const end = now() + ms;
    while (incoming.length === 0 && now() < end) await sleep(10);
    return incoming.shift() ?? null;
  }

  async function next(row, ms) {
    const end = now() + ms;
    while (row.got.length === 0) {
      if (row.closedAt !== null) throw new Error(`the connection closed ${row.errors}`);
      if (now() >= end) throw new Error(`nothing came back in ${ms} ms ${row.errors}`);
      await new Promise((done) => {
        const timer = setTimeout(done, end - now());
        row.wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
    return row.got.shift();
  }

  const close = (number, options) => connections.get(number).connection.close(options);

  async function closedWithin(number, ms) {
    const row = connections.get(number);
    const began = now();
    while (row.closedAt === null && now() - began < ms) await sleep(10);
    return row.closedAt === null ? null : now() - began;
  }

  /** The serialization as the checks call it: the library calls raw "none" on one side in some releases. */
  const kindOf = ({ connection }) => (connection.serialization === "none" ? "raw" : connection.serialization);

  // ---- Checks

  async function echo(number, label, value, ms = 8000) {
    const row = connections.get(number);
    const began = now();
    try {
      const expected = await acceptable(kindOf(row), value);
      row.connection.send(value);
      const got = await next(row, ms);
      const pass = expected.some((one) => same(one, got));
      return { label, pass, ms: now() - began, detail: `sent ${shown(value)}, got ${shown(got)}` };
    } catch (error) {
      return { label, pass: false, detail: error.message };
    }
  }

  async function values(number) {
    const results = [];
    for (const [label, value] of VALUES[kindOf(connections.get(number))]())
      results.push(await echo(number, label, value));
    return results;
  }

  /** Many at once, none awaited: each comes back once, and in order where the channel keeps it. */
  async function flood(number, label, count, make, numberOf, ms = 20_000) {
    const row = connections.get(number);
    const began = now();
    const seen = new Set();
    let inOrder = true;
    try {
      for (let i = 0; i < count; i++) {
        row.connection.send(make(i));
        if (i % 16 === 15) await sleep(0);
      }
      for (let i = 0; i < count; i++) {
        const got = await next(row, ms);
        const which = numberOf(got);
        if (seen.has(which) || !same(make(which), got))
          return { label, pass: false, detail: `${which} is wrong: ${shown(got)}` };
        seen.add(which);
        inOrder &&= which === i;
      }
    } catch (error) {
      return { label, pass: false, detail: `${error.message}, after ${seen.size}` };
    }
    return { label, pass: inOrder || !row.connection.reliable, detail: "the order is lost", ms: now() - began };
  }

  function burst(number, count, sizeOf = (i) => (i * 37) % 700) {
    const makers = {
      raw: [(i) => `${i}:${text(sizeOf(i), i + 1)}`, (got) => parseInt(got, 10)],
      json: [(i) => ({ i, text: text(sizeOf(i), i + 1) }), ({ i }) => i],
      binary: [(i) => ({ i, bytes: bytes(sizeOf(i), i + 1) }), ({ i }) => i],
    };
    return flood(number, `burst of ${count}`, count, ...makers[kindOf(connections.get(number))]);
  }

  /** More bytes than a raw message may have: as pieces that begin with their number. */
  function pieces(number, size) {
    const PIECE = 65536;
    const make = (i) => {
      const piece = bytes(Math.min(PIECE, size - i * PIECE), i + 1);
      new DataView(piece.buffer).setUint32(0, i);
      return piece;
    };
    const numberOf = (got) => new DataView(got).getUint32(0);
    return flood(number, `${size} bytes as pieces of ${PIECE}`, Math.ceil(size / PIECE), make, numberOf, 60_000);
  }

  async function rawSize(number, size, largest) {
    if (size > largest) return [await pieces(number, size)];
    return [
      await echo(number, `${size} letters`, text(size, size)),
      await echo(number, `${size} bytes`, bytes(size, size)),
    ];
  }

  /** The library refuses JSON of a chunk's size and more by itself. */
  async function jsonSize(number, size) {
    if (size >= CHUNK) return [];
    const value = size === 1 ? 7 : text(size - 2, 1).replace(/["\\]/g, "_");
    return [await echo(number, `${size} bytes of JSON`, value)];
  }

  async function binarySize(number, size) {
    const ms = 10_000 + size / 200;
    const results = [await echo(number, `${size} bytes`, bytes(size, size), ms)];
    if (Math.abs(size - CHUNK) < 100)
      results.push(await echo(number, `${size} bytes packed`, bytes(size - 3, size), ms));
    if (size <= 1 << 20) results.push(await echo(number, `${size} letters`, text(size, size + 1), ms));
    return results;
  }

  async function sizes(number, wanted) {
    const row = connections.get(number);
    const largest = Math.min(row.connection.peerConnection.sctp.maxMessageSize, 262_144);
    const one = { raw: rawSize, json: jsonSize, binary: binarySize }[kindOf(row)];
    const results = [];
    for (const size of wanted) results.push(...(await one(number, size, largest)));
    if (kindOf(row) === "raw") results.push(await echo(number, `${largest} bytes in one message`, bytes(largest, 5)));
    return results;
  }

  /** After all that: nothing came twice, and frames are what they should be. */
  async function rest(number) {
    const row = connections.get(number);
    await sleep(150);
    const { texts, longest } = row.frames;
    const results = [{ label: "nothing else came", pass: row.got.splice(0).length === 0, detail: "something did" }];
    if (kindOf(row) === "json")
      results.push({ label: "JSON comes as bytes", pass: texts === 0, detail: `${texts} texts` });
    if (kindOf(row) === "binary")
      results.push({ label: "no frame is over 16 KiB", pass: longest <= 16384, detail: `one has ${longest}` });
    return results;
  }

  const variety = (i) => ({ serialization: ["binary", "json", "raw"][i % 3], reliable: i % 2 === 0 });

  async function cycles(id, count, msMax) {
    const opened = [];
    const bad = [];
    const end = now() + msMax;
    for (let i = 0; i < count && now() < end && bad.length < 5; i++) {
      try {
        const { number, ms } = await dial(id, variety(i), 8000);
        opened.push(ms);
        const result = await echo(number, "cycle", `cycle ${i}`);
        if (!result.pass) bad.push(`${i}: ${result.detail}`);
        close(number);
        connections.delete(number);
        // A page may have 500 of them, those included that nobody has collected yet.
        if (i % 50 === 49) window.gc?.();
      } catch (error) {
        bad.push(`${i}: ${error.message}`);
      }
    }
    const sorted = opened.toSorted((a, b) => a - b);
    const share = (part) => Math.round(sorted[Math.floor((sorted.length - 1) * part)]);
    return { count: opened.length, bad, median: share(0.5), p95: share(0.95), worst: share(1) };
  }

  async function parallel(id, count, each) {
    const began = now();
    const bad = [];
    const all = await Promise.all(
      list(count, (i) =>
        dial(id, { ...variety(i), label: `parallel ${i}` }, 20_000).catch((error) => bad.push(error.message)),
      ),
    );
    const open = all.filter((one) => typeof one === "object");
    const ms = now() - began;
    const one = async ({ number, serialization }, i) => {
      const results = [await burst(number, each, (j) => (j * 911 + i * 13) % 9000)];
      if (serialization === "binary") results.push(await echo(number, "in pieces", bytes(100_000 + i, i + 1), 20_000));
      bad.push(...results.filter(({ pass }) => !pass).map(({ detail }) => detail));
      close(number);
    };
    await Promise.all(open.map(one));
    return { bad, openMs: Math.round(ms), totalMs: Math.round(now() - began) };
  }

  /** Sends without end, until the page goes away. */
  async function pour(number) {
    const row = connections.get(number);
    const kind = kindOf(row);
    for (let i = 0; row.connection.open; i++) {
      if (row.connection.bufferSize > 20) await sleep(5);
      else
        row.connection.send(
          kind === "json" ? { i, text: text(9000, 1) } : bytes(kind === "raw" ? 60_000 : 200_000, i + 1),
        );
      if (i % 4 === 3) await sleep(0);
    }
  }

  window.tool = {
    join,
    dial,
    dialMany: (id, count) => list(count, () => void peer.connect(id)),
    accepted,
    close,
    closedWithin,
  };
  Object.assign(window.tool, { echo, echoBytes: (number, label, size) => echo(number, label, bytes(size, 3), 15_000) });
  Object.assign(window.tool, { values, sizes, burst, rest, cycles, parallel, pour });
})();
