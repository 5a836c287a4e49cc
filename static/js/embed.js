// A frame on another site: live like the page it comes from, without anything that needs an account or a memory.
import { showArrivals } from "./live/incoming.js";
import { settleIndents } from "./thread/indents.js";
import { followThemes } from "./live/live.js";
import { reachableScrollers } from "./lib/focusable-overflow.js";
import { announcePolitely } from "./lib/live-region.js";
import { relativeTimes } from "./lib/time.js";

relativeTimes();
reachableScrollers();
settleIndents();
showArrivals();
announcePolitely();
followThemes();
// Links lead out of the frame, but for those to another comment in it.
document.addEventListener("click", (event) => {
  const href = event.target.closest("a")?.getAttribute("href");
  if (!href?.startsWith("#")) return;
  event.preventDefault();
  location.hash = href;
});
