// The files of a box that are on their way. They go one after the other, in one queue for each box, and whoever sends
// the words waits for it: what is said of it stands in the line beside the box until it is empty.
import { say, word } from "../lib/messages.js";

const queues = new WeakMap(); // form → its files that have not arrived, in the order in which they were chosen

export function underWay(form) {
  return queues.get(form)?.length ?? 0;
}

/** `file` has a `name`, and `work`, which brings it to the server and says whether it is there; see also `stop`. */
export function upload(form, file) {
  if (!queues.has(form)) queues.set(form, []);
  const queue = queues.get(form);
  queue.push(file);
  tellOfFiles(form);
  if (!queue.isRunning) run(form, queue);
}

/** Takes a file out of the queue. What arrives all the same is the work's own to put away: `isStopped` tells it. */
export function stop(form, file) {
  file.isStopped = true;
  file.giveUp?.(false);
  end(form, file, false);
}

export function stopAll(form) {
  for (const file of [...(queues.get(form) ?? [])]) stop(form, file);
}

/** Says whether all files have arrived that are on their way now, or join them; no as soon as one does not. */
export function allArrived(form) {
  return new Promise((resolve) => {
    form.addEventListener("composer:file", function heard({ detail }) {
      if (detail.isThere && underWay(form)) return;
      form.removeEventListener("composer:file", heard);
      resolve(detail.isThere);
    });
  });
}

/** What the line says while files are on their way. */
export function tellOfFiles(form) {
  const files = queues.get(form) ?? [];
  if (!files.length) return;
  if (form.dataset.state !== "arriving") return say(form, word("adding").replace("%s", files[0].name), "wait");
  const name = files.length > 1 ? "sendingAfterMany" : "sendingAfter";
  say(form, word(name).replace("%s", files.length > 1 ? files.length : files[0].name), "wait");
}

async function run(form, queue) {
  queue.isRunning = true;
  while (queue.length) {
    const [file] = queue;
    const stopped = new Promise((resolve) => (file.giveUp = resolve));
    end(form, file, await Promise.race([file.work(), stopped]));
  }
  queue.isRunning = false;
}

function end(form, file, isThere) {
  const queue = queues.get(form);
  if (!queue.includes(file)) return; // taken out meanwhile
  queue.splice(queue.indexOf(file), 1);
  if (isThere) tellOfFiles(form);
  form.dispatchEvent(new CustomEvent("composer:file", { detail: { isThere } }));
}
