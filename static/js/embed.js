// A frame on another site: live like the page it comes from, without anything that needs an account or a memory.
import { showArrivals } from "./arrivals.js";
import { settleIndents } from "./indents.js";
import { followThemes } from "./live.js";
import { reachableScrollers } from "./scrollers.js";
import { speakPolitely } from "./polite.js";
import { relativeTimes } from "./time.js";

relativeTimes();
reachableScrollers();
settleIndents();
showArrivals();
speakPolitely();
followThemes();
// Links lead out of the frame, but for those to another comment in it.
document.addEventListener("click", (event) => {
  const href = event.target.closest("a")?.getAttribute("href");
  if (!href?.startsWith("#")) return;
  event.preventDefault();
  location.hash = href;
});
