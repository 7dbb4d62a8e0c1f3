// SPDX-License-Identifier: Apache-2.0
// None of our global names is a name of a library that we link: the program's own would silently take its place, for
// the library too. And none begins like a family of names that a library owns.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { conclude, floors } from "./sources.mjs";

const build = process.argv[2];
const program = join(build, "skep");
const owned = /^(crypto_|sodium_|randombytes|sk_|EVP_|SSL_|ssl_|X509_|lws_|uv_|curl_|sqlite3|g_|nice_|usrsctp_|wslay_)/;

function lines(command, args) {
  return execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 }).split("\n");
}

const theirs = new Map();
for (const line of lines("ldd", [program])) {
  const library = /(\/\S+\.so\S*)/.exec(line)?.[1];
  if (library === undefined || /lib(a|ub|t)san/.test(library)) continue;
  for (const symbol of lines("nm", ["-D", "--defined-only", library])) {
    const match = /\s([TDBRVWi]) (\S+)$/.exec(symbol);
    if (match !== null) theirs.set(match[2].replace(/@.*/, ""), library);
  }
}

const complaints = [];
let looked = 0;
for (const floor of Object.keys(floors)) {
  for (const line of lines("nm", ["-g", "--defined-only", join(build, `libskep_${floor}.a`)])) {
    const name = /\s[TDBR] (\S+)$/.exec(line)?.[1];
    if (name === undefined || name.startsWith("_")) continue;
    looked++;
    if (theirs.has(name)) complaints.push(`${floor}: ${name} is also a name of ${theirs.get(name)}`);
    if (owned.test(name)) complaints.push(`${floor}: ${name} begins like a library's own`);
  }
}
conclude("symbols", looked, complaints);
