// Three ways to hear what changes, with the same frames in all of them: a WebSocket, server-sent events, or asking
// again and again. Each is begun with what to say when it opens, hears and ends, and answers with how to ask for what
// is missing and how to end it. What is heard is judged in follower.js.
const PATIENCE = 10_000; // ms to wait for a connection to open
const ASK_EVERY = 8_000; // ms between two questions, and a random part of it more

const LINES = { websocket, events, polling };

/** `positions()`: feed → [revision, stamp], as of now. */
export function openLine(kind, positions, { opened, heard, ended }) {
  return LINES[kind](positions, { opened, heard, ended });
}

function websocket(positions, { opened, heard, ended }) {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/`);
  const end = once(() => {
    clearTimeout(timer);
    socket.close(); // a dead peer would let us wait for its answer
    ended();
  });
  const timer = setTimeout(() => socket.readyState === WebSocket.CONNECTING && end(), PATIENCE);
  const ask = (asked) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ follow: asked }));
  socket.addEventListener("open", () => {
    ask(positions());
    opened();
  });
  socket.addEventListener("message", (event) => heard(JSON.parse(event.data)));
  socket.addEventListener("close", end);
  return { ask, end };
}

function events(positions, { opened, heard, ended }) {
  const asked = Object.entries(positions()).map(([feed, [revision, stamp]]) => `${feed}:${revision}:${stamp}`);
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
  return { ask: end, end }; // nothing can be said here: a new stream is the question
}

function polling(positions, { opened, heard, ended }) {
  const stop = new AbortController();
  let timer = 0;
  let isAsking = false;
  const end = once(() => {
    clearTimeout(timer);
    stop.abort();
    ended();
  });
  const ask = async () => {
    clearTimeout(timer);
    if (isAsking) return;
    isAsking = true;
    for (const [feed, [since, stamp]] of Object.entries(positions())) {
      const url = `/live/themes/${feed.split(":")[1]}/?since=${since}&stamp=${stamp}`;
      const answer = await fetch(url, { signal: stop.signal }).catch(() => null);
      const told = answer?.status === 404 ? { frames: [{ feed, gone: true }] } : answer?.ok && (await answer.json().catch(() => null));
      if (stop.signal.aborted) return;
      if (!told) return end();
      opened();
      for (const frame of told.frames) heard(frame);
    }
    isAsking = false;
    timer = setTimeout(ask, ASK_EVERY * (1 + Math.random() / 2));
  };
  ask();
  return { ask, end };
}

function once(act) {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
