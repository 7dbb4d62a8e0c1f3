/* SPDX-License-Identifier: Apache-2.0 */
/* Everything the page asks for apart from the stream. */

export type SignIn = "ok" | "refused" | "no-answer";

/** Trades a token for the session cookie. */
export async function signIn(token: string): Promise<SignIn> {
  try {
    const answer = await fetch("api/v1/session", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Skep-Request": "1" },
      body: JSON.stringify({ token }),
      cache: "no-store",
    });
    if (answer.ok) return "ok";
    return answer.status >= 500 ? "no-answer" : "refused";
  } catch {
    return "no-answer";
  }
}

/** Why a stream was not given: EventSource does not say, so this asks the same door once. */
export async function askStatus(): Promise<number | null> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 4_000);
  try {
    const answer = await fetch("api/v1/snapshot", { cache: "no-store", signal: stop.signal });
    void answer.body?.cancel();
    return answer.status;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
