// The page of one comment that waits: claimed while somebody has it before them. Loading the address alone claims nothing.
import { sendClaim, RENEW } from "./claims.js";

const byHand = document.querySelector("form[data-claim]"); // on this page only, for browsers without scripts

if (byHand) begin(document.querySelector("[data-card]"));

function begin(card) {
  byHand.remove();
  sendClaim(card, "take");
  setInterval(() => document.hidden || sendClaim(card, "take"), RENEW);
  addEventListener("pageshow", (event) => event.persisted && sendClaim(card, "take"));
  addEventListener("pagehide", () => sendClaim(card, "leave"));
}
