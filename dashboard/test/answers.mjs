/* SPDX-License-Identifier: Apache-2.0 */
/* How the fake node answers, and how it reads what it is asked. */

export function json(response, status, body, type = "application/json") {
  response.writeHead(status, { "Content-Type": type });
  response.end(JSON.stringify(body));
}

export function problem(response, status, title, detail) {
  json(response, status, { type: "about:blank", title, status, detail }, "application/problem+json");
}

/** Null when it is no JSON. */
export async function bodyOf(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
