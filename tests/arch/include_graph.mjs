// SPDX-License-Identifier: Apache-2.0
// Arrows point down: a file includes its own floor and those below, a foreign library is included by one folder
// alone, and no two folders of a floor include each other in a circle without a reason given here.

import { conclude, floors, foreignHeaders, includes, sources } from "./sources.mjs";

const complaints = [];
let looked = 0;

function judgeOurs(source, name) {
  const floor = name.split("/")[0];
  if (!(floor in floors)) {
    if (!/^[a-z_]+\.def$/.test(name)) {
      complaints.push(`${source.path}: includes "${name}"; write it from src/, like "base/bytes.h"`);
    }
    return;
  }
  if (floor === source.floor || floors[source.floor].includes(floor)) return;
  complaints.push(`${source.path}: includes "${name}", but ${source.floor} stands below ${floor}; arrows point down`);
}

/** The module of WebRTC stands apart: the program is linked with nothing of it, and it with nothing of the daemon but
 * what it has copies of (see CMakeLists.txt). */
const moduleFolder = "daemon/link/webrtc/thread/";
const moduleMayInclude = /^daemon\/(link\/webrtc\/(thread\/|rtc\.h$|rtc_module\.h$|rtc_note\.h$|rtc_queue\.h$)|loop\/(clock|loop)\.h$)/;
function judgeModule(source, name) {
  const isInside = source.path.startsWith(`src/${moduleFolder}`);
  if (!isInside && name.startsWith(moduleFolder)) {
    complaints.push(`${source.path}: includes "${name}" of the WebRTC module, which is loaded and not linked; ask rtc.h`);
  }
  if (isInside && name.startsWith("daemon/") && !moduleMayInclude.test(name)) {
    complaints.push(`${source.path}: includes "${name}", but the WebRTC module is not linked with the daemon`);
  }
}

function judgeForeign(source, name) {
  for (const { header, folders } of foreignHeaders) {
    if (!header.test(name) || folders.some((folder) => source.path.startsWith(folder + "/"))) continue;
    complaints.push(`${source.path}: includes <${name}>, which belongs to ${folders.join(" and ")} alone`);
  }
}

for (const source of sources()) {
  looked++;
  if (!(source.floor in floors)) complaints.push(`${source.path}: lies on no floor`);
  for (const { isOurs, name } of includes(source)) {
    if (isOurs) judgeModule(source, name);
    if (isOurs) judgeOurs(source, name);
    else judgeForeign(source, name);
  }
  if (/engine_inside\.h"/.test(source.text) && !source.path.startsWith("src/swarm/")) {
    complaints.push(`${source.path}: looks inside the engine; ask engine_view instead`);
  }
}
conclude("include graph", looked, complaints);
