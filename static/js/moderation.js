// What the pages of moderators have in addition: the review queue, and the page of one comment that waits.
import "./desk/claim.js";
import "./desk/desk.js";
