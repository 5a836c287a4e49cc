// Tells somebody who answers a comment what becomes of it meanwhile, before they send.

export function heedAnswered(form) {
  const box = form.closest("#comments > .box");
  const answered = box?.previousElementSibling?.id;
  if (!answered || !box.querySelector("[data-heed]")) return;
  const look = () => {
    if (!box.isConnected) {
      document.removeEventListener("parley:locked", lock);
      return document.removeEventListener("parley:changed", look);
    }
    const comment = document.getElementById(answered);
    const isGone = !comment || "gone" in comment.dataset;
    const edited = comment?.querySelector(".edited time")?.dateTime ?? "";
    show(box, "gone", isGone);
    if (isGone || edited === form.elements.seen.value) return;
    show(box, "edited", true);
    form.elements.seen.value = edited; // told here: sending need not ask again
  };
  const lock = () => show(box, "locked", "locked" in document.getElementById("comments").dataset);
  document.addEventListener("parley:changed", look);
  document.addEventListener("parley:locked", lock);
}

function show(box, what, on) {
  const notice = box.querySelector(`[data-heed=${what}]`);
  if (notice && notice.hidden === on) notice.hidden = !on;
}
