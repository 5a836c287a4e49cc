// What a page that follows a dialogue must know and do, whatever its connection is: where it is in each feed, what a
// frame is worth, when to ask again, when a connection is dead. Knows no page and no clock: the time comes in, and
// what is to be done goes out as steps. docs/live-protocol.md has the rules; tests/support/follower.py is the same in
// Python, and a test plays the same sequences to both.

export const SILENCE = 60_000; // ms without a word after which a connection that claims to be open is not believed
export const ASK_WITHIN = 1_000; // ms within which a page with a gap asks, so that many do not ask at once
export const LONGEST_ASK = 30_000; // ms, the same after many questions in vain
const MOST_PIECED = 8; // frames of which some pieces have come
const REMEMBERED = 50; // positions of a feed at which the page has been

export class Follower {
  /** `positions`: feed → [revision, stamp] as the page was made. */
  constructor(positions, random = Math.random) {
    this.random = random;
    this.resumeFrom = null; // the positions when the page began to hold changes back
    this.loaded(positions);
  }

  /** A connection is open: it was told the positions, which is the first question. */
  opened(now) {
    this.isOpen = true;
    this.heardAt = now;
    this.unanswered = new Set(Object.keys(this.positions));
  }

  /** The connection has ended; returns what is to be done. A gap that it left open may be of another history. */
  closed() {
    const steps = this.isUnsure && this.lose() ? [{ act: "load" }] : [];
    this.#forget();
    return steps;
  }

  #forget() {
    this.isOpen = false;
    this.isUnsure = false; // something was shown across a gap, and no answer has come since
    this.heardAt = 0;
    this.pieces = new Map(); // the name of a frame → its pieces so far
    this.gaps = new Set(); // feeds of which something is missing
    this.unanswered = new Set(); // feeds that were asked about: one question at a time
    this.askAt = null;
    this.tries = 0;
  }

  /** Takes one text of the server, as an object; returns what is to be done. */
  heard(message, now) {
    this.heardAt = now;
    if ("piece" in message) return this.#piece(message, now);
    const { feed } = message;
    if (!Object.hasOwn(this.positions, feed)) return [];
    if (message.writing) return [{ act: "writing", feed, comment: message.writing }];
    if (message.gone || message.reset) this.unanswered.delete(feed);
    if (message.gone) return [{ act: "gone", feed }];
    if (message.reset) return this.#reset();
    if (message.beat !== undefined) return this.#beat(message, now);
    return this.#frame(message, now);
  }

  /** What is due by the clock: to end a silent connection, or to ask for what is missing. */
  due(now) {
    if (!this.isOpen) return [];
    if (now - this.heardAt > SILENCE) return [{ act: "end" }];
    if (this.askAt === null || now < this.askAt) return [];
    this.askAt = null;
    this.tries += 1;
    [this.unanswered, this.gaps] = [this.gaps, new Set()];
    const asked = [...this.unanswered].map((feed) => [feed, this.positions[feed]]);
    return [{ act: "ask", positions: Object.fromEntries(asked) }];
  }

  /** From here on the page holds changes back; whatever becomes of them, they can be asked for again from here. */
  hold() {
    this.resumeFrom ??= { ...this.positions };
  }

  release() {
    this.resumeFrom = null;
  }

  /** Goes back to where the page began to hold changes back: what it held is forgotten. */
  rest() {
    if (this.resumeFrom) this.#standAt(this.resumeFrom);
  }

  /** The page shows something no frame can mend. Says whether that is new. */
  lose() {
    if (this.isStale) return false;
    this.isStale = true;
    this.askAt = null;
    return true;
  }

  /** The page was loaded anew, as of these positions. */
  loaded(positions) {
    this.#standAt(positions);
    this.resumeFrom &&= { ...positions };
    this.isStale = false; // something is missing that no frame will bring: the page must be loaded anew
    this.#forget();
  }

  #standAt(positions) {
    this.positions = { ...positions };
    this.been = {}; // feed → revision → stamp, of the positions at which the page has been
    for (const [feed, position] of Object.entries(positions)) this.been[feed] = new Map([position]);
  }

  #piece({ piece: [n, all], of, text }, now) {
    const known = this.pieces.get(of) ?? [];
    known[n] = text;
    this.pieces.set(of, known);
    if (Object.keys(known).length === all) {
      this.pieces.delete(of);
      return this.heard(JSON.parse(known.join("")), now);
    }
    if (this.pieces.size > MOST_PIECED) this.pieces.delete(this.pieces.keys().next().value);
    return [];
  }

  /** A frame that begins where this page has been leads on; any other leaves a gap, however new it is. */
  #frame({ feed, since, since_stamp, revision, stamp, changes }, now) {
    const before = this.positions[feed][0];
    const isContiguous = since === 0 || this.been[feed].get(since) === since_stamp;
    if (!isContiguous) {
      this.gaps.add(feed);
      this.isUnsure = true;
    } else if (revision > before && !this.isStale) this.#goTo(feed, revision, stamp);
    this.#askIfNeeded(now);
    return [{ act: "apply", feed, changes, isContiguous, since: before, until: this.positions[feed][0] }];
  }

  #goTo(feed, revision, stamp) {
    this.positions[feed] = [revision, stamp];
    const been = this.been[feed].set(revision, stamp);
    if (been.size > REMEMBERED) been.delete(been.keys().next().value);
  }

  /** The sign of life says how far the server has told; it also ends the answer to a question. */
  #beat({ feed, beat, stamp, following }, now) {
    this.unanswered.delete(feed);
    const [revision, own] = this.positions[feed];
    if (beat > revision || (beat === revision && beat > 0 && stamp !== own)) this.gaps.add(feed);
    if (!this.gaps.size && !this.unanswered.size) [this.isUnsure, this.tries] = [false, 0];
    this.#askIfNeeded(now);
    return [{ act: "beat", feed, following }];
  }

  #askIfNeeded(now) {
    if (!this.gaps.size || this.askAt !== null || this.unanswered.size || this.isStale) return;
    this.askAt = now + this.random() * Math.min(LONGEST_ASK, ASK_WITHIN * 2 ** this.tries);
  }

  #reset() {
    if (this.resumeFrom) return [{ act: "rest" }]; // it will be told so again when somebody looks
    return this.lose() ? [{ act: "load" }] : [];
  }
}
