// The box below the thread follows the lock: closed when the thread is locked, open again when it is not.
export function followLock() {
  document.addEventListener("page:locked", async () => {
    const box = document.querySelector(".foot-box .reply-box");
    const isWriting = [...(box?.querySelectorAll("textarea") ?? [])].some((area) => area.value.trim());
    if (!box || isWriting) return; // what is being written stays; sending it tells what happened and gives it back
    const answer = await fetch(box.dataset.here, { headers: { "Parley-Part": "1" } }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".reply-box");
    if (fresh) box.replaceWith(fresh);
  });
}
