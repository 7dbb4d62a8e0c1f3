/* SPDX-License-Identifier: Apache-2.0 */
import { render } from "preact";
import { App } from "./app";
import { startKeys } from "./data/keys";
import { hashOf, pageOfLink, tokenOf } from "./data/route";
import { startClock, stream, takeConnection, takeMessage } from "./data/store";
import { openStream } from "./data/stream";
import { startTheme } from "./data/theme";
import { startView } from "./data/view";
import "./tokens.css";
import "./base.css";
import "./page.css";

/** Takes the login code out of the address before anything else can see or keep it. */
function takeToken(): string | null {
  const token = tokenOf(location.hash);
  if (token !== null) {
    history.replaceState(null, "", hashOf({ page: pageOfLink(location.hash), drawer: null, of: null }));
  }
  return token;
}

const first = takeToken();
startTheme();
startView();
startKeys();
startClock();
const opened = openStream({ message: takeMessage, connection: takeConnection }, first);
stream.value = opened;

/* A new link opened in a page that is already here changes only the part after #. */
addEventListener("hashchange", () => {
  const token = takeToken();
  if (token !== null) opened.signIn(token);
});

const place = document.getElementById("page");
if (place !== null) render(<App />, place);
