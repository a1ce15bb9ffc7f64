/* While the ledger is verified: how far it is, without loading the page again. A comfort; the link does the same. */
"use strict";
const AGAIN_AFTER = 1500;
async function look() {
  const here = document.getElementById("verification");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = page.getElementById("verification");
    if (!there) return;
    here.replaceChildren(...there.childNodes);
    if (!there.hasAttribute("data-running")) return;
  } catch { /* the connection may come back */ }
  setTimeout(look, AGAIN_AFTER);
}
setTimeout(look, AGAIN_AFTER);
