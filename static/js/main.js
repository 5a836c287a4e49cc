// What scripts add to pages that work without them. Each module has one job.
import { followThemes } from "./live.js";
import { foldBranches } from "./folds.js";
import { composeInPlace } from "./compose.js";
import { followLock } from "./footbox.js";
import { walkByKeys } from "./keys.js";
import { loadLater } from "./pages.js";
import { keepReading } from "./reading.js";
import { markOwn } from "./own.js";
import { copyButtons } from "./copy.js";
import { reachableScrollers } from "./scrollers.js";
import { relativeTimes } from "./time.js";
import { takeStances } from "./stances.js";

relativeTimes();
reachableScrollers();
markOwn();
composeInPlace();
followLock();
loadLater();
keepReading();
foldBranches();
walkByKeys();
copyButtons();
followThemes();
takeStances();
