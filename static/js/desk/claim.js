// The page of one comment that waits: claimed while somebody has it before them. Loading the address alone claims nothing.
import { sendClaim, RENEW } from "./claims.js";

const card = document.querySelector("[data-card]");

document.querySelector("[data-claim]").remove();
sendClaim(card, "take");
setInterval(() => document.hidden || sendClaim(card, "take"), RENEW);
addEventListener("pageshow", (event) => event.persisted && sendClaim(card, "take"));
addEventListener("pagehide", () => sendClaim(card, "leave"));
