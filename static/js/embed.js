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
