// Says below a comment that somebody is writing an answer to it: for a moment, beside what is there, moving nothing.
const FOR = 12_000; // ms; whoever goes on writing is told of again before

const shown = new Map(); // comment → timer

export function showWriting(id) {
  const comment = document.getElementById(`comment-${id}`);
  const isOwn = comment?.nextElementSibling?.classList.contains("box"); // they know what they are doing
  const text = document.getElementById("live")?.dataset.textWriting;
  if (!comment || isOwn || !text || document.hidden) return;
  clearTimeout(shown.get(id));
  shown.set(id, setTimeout(() => hide(id), FOR));
  if (comment.querySelector(".writing")) return;
  comment.append(Object.assign(document.createElement("span"), { className: "writing tiny", textContent: text }));
}

function hide(id) {
  shown.delete(id);
  document.querySelector(`#comment-${id} > .writing`)?.remove();
}
