// Marks what the person at this page wrote, and offers to edit it. The server's HTML is the same for everybody, so the
// page does it; without scripts Edit is behind "…".
export function markOwn(root = document) {
  const person = document.body.dataset.person;
  if (!person) return;
  for (const comment of root.querySelectorAll(`.comment[data-author="${CSS.escape(person)}"]`)) {
    comment.dataset.mine = "";
    offerEdit(comment);
  }
}

function offerEdit(comment) {
  const footer = comment.querySelector(":scope > footer");
  const reply = footer?.querySelector("[data-reply]"); // only what is public can be answered
  if (!reply || footer.querySelector("[data-edit]")) return;
  const link = document.createElement("a");
  link.className = "act";
  link.dataset.edit = "";
  link.href = `/comments/${comment.dataset.id}/edit/`;
  link.textContent = document.getElementById("word-edit").textContent;
  link.setAttribute("aria-describedby", reply.getAttribute("aria-describedby"));
  reply.after(link);
}

document.addEventListener("page:changed", () => markOwn());
