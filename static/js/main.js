// What scripts add to pages that work without them. Each module has one job.
import { followThemes } from "./live.js";
import { composeInPlace } from "./compose.js";
import { followLock } from "./footbox.js";
import { markOwn } from "./own.js";
import { reachableScrollers } from "./scrollers.js";
import { relativeTimes } from "./time.js";

relativeTimes();
reachableScrollers();
markOwn();
composeInPlace();
followLock();
followThemes();
