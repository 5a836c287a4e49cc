// The page of one comment that waits: claimed while somebody has it before them. Loading the address alone claims nothing.
import { lease, RENEW } from "./lease.js";

const card = document.querySelector("[data-card]");

document.querySelector("[data-claim]").remove();
lease(card, "take");
setInterval(() => document.hidden || lease(card, "take"), RENEW);
addEventListener("pageshow", (event) => event.persisted && lease(card, "take"));
addEventListener("pagehide", () => lease(card, "leave"));
