// The page of one comment that waits: claimed while somebody has it before them. Loading the address alone claims nothing.
import { claim, RENEW } from "./claiming.js";

const card = document.querySelector("[data-card]");

document.querySelector("[data-claim]").remove();
claim(card, "take");
setInterval(() => document.hidden || claim(card, "take"), RENEW);
addEventListener("pageshow", (event) => event.persisted && claim(card, "take"));
addEventListener("pagehide", () => claim(card, "leave"));
