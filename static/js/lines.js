// Three ways to hear what changes, with the same frames in all of them: a WebSocket, server-sent events, or asking
// again and again. Each is begun with what to say when it opens, hears and ends, and answers with how to end it.
const PATIENCE = 10_000; // ms to wait for a line to open
const ASK_EVERY = 8_000; // ms between two questions, and a random part of it more

const LINES = { websocket, events, polling };

export function openLine(kind, revisions, { opened, heard, ended }) {
  return LINES[kind](revisions, { opened, heard: joined(heard), ended });
}

/** Hears frames, also those that are longer than a line takes at once and come in pieces. */
function joined(heard) {
  let pieces = [];
  return (frame) => {
    if (!frame.piece) return heard(frame);
    const [n, all] = frame.piece;
    if (n === 0) pieces = [];
    if (pieces.length !== n) return; // its beginning was for others: what we lack comes by itself
    pieces.push(frame.text);
    if (pieces.length === all) heard(JSON.parse(pieces.join("")));
  };
}

function websocket(revisions, { opened, heard, ended }) {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/`);
  const end = once(() => {
    clearTimeout(timer);
    socket.close(); // a dead peer would let us wait for its answer
    ended();
  });
  const timer = setTimeout(() => socket.readyState === WebSocket.CONNECTING && end(), PATIENCE);
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ follow: revisions() }));
    opened();
  });
  socket.addEventListener("message", (event) => heard(JSON.parse(event.data)));
  socket.addEventListener("close", end);
  return end;
}

function events(revisions, { opened, heard, ended }) {
  const asked = Object.entries(revisions()).map(([theme, revision]) => `${theme}:${revision}`);
  const source = new EventSource(`/live/events/?follow=${asked.join(",")}`);
  const end = once(() => {
    clearTimeout(timer);
    source.close();
    ended();
  });
  const timer = setTimeout(() => source.readyState === EventSource.CONNECTING && end(), PATIENCE);
  source.addEventListener("open", opened);
  source.addEventListener("message", (event) => heard(JSON.parse(event.data)));
  source.addEventListener("error", end); // we come again ourselves, from where we are then
  return end;
}

function polling(revisions, { opened, heard, ended }) {
  const stop = new AbortController();
  const end = once(() => {
    stop.abort();
    ended();
  });
  const ask = async () => {
    for (const [theme, since] of Object.entries(revisions())) {
      const url = `/live/themes/${theme}/?since=${since}`;
      const answer = await fetch(url, { signal: stop.signal }).catch(() => null);
      const told = answer?.ok && (await answer.json().catch(() => null));
      if (stop.signal.aborted) return;
      if (!told) return end();
      opened();
      for (const frame of told.frames) heard(frame);
      if (!told.frames.length) heard({ beat: true });
    }
    setTimeout(() => stop.signal.aborted || ask(), ASK_EVERY * (1 + Math.random() / 2));
  };
  ask();
  return end;
}

function once(act) {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
