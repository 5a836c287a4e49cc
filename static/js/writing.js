// What people with an account have in addition to main.js: writing, and hearing of what concerns them.
import { begin } from "./composer/composer.js";
import { keepSending } from "./composer/outbox.js";
import { offerQuotes } from "./composer/quote.js";
import { keepNotified } from "./live/notifications.js";
import { renewWaiting } from "./live/pending.js";
import { beginWith } from "./thread/inline-forms.js";
import { takeStances } from "./thread/stances.js";

beginWith(begin);
offerQuotes();
keepSending();
keepNotified();
takeStances();
renewWaiting();
