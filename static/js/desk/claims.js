// Claims: whoever looks at a comment that waits has it for two minutes, so that colleagues turn to another one.
import { token } from "./parts.js";

export const RENEW = 60_000; // ms; a claim lasts twice as long

/** Takes a card or leaves it; false if the server refused. Only what is decided on its card is taken. */
export async function sendClaim(card, act) {
  if (!card.dataset.claim) return true;
  const body = new URLSearchParams({ act, csrfmiddlewaretoken: token() });
  const answer = await fetch(card.dataset.claim, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } }).catch(() => null);
  return !answer || answer.ok;
}
