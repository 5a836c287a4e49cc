// What scripts add to pages that work without them. Each module has one job.
import { followThemes } from "./live.js";
import { composeInPlace } from "./compose.js";
import { relativeTimes } from "./time.js";

relativeTimes();
composeInPlace();
followThemes();
