// Tells somebody who answers a comment what becomes of it meanwhile, before they send.

export function watchReplyTarget(form) {
  const box = form.closest("#comments > .box");
  const answered = box?.previousElementSibling?.id;
  if (!answered || !box.querySelector("[data-target-notice]")) return;
  const look = () => {
    if (!box.isConnected) {
      document.removeEventListener("page:locked", lock);
      return document.removeEventListener("page:changed", look);
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
  document.addEventListener("page:changed", look);
  document.addEventListener("page:locked", lock);
}

function show(box, what, on) {
  const notice = box.querySelector(`[data-target-notice=${what}]`);
  if (notice && notice.hidden === on) notice.hidden = !on;
}
