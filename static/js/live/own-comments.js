// Marks what the person at this page wrote. The server's HTML is the same for everybody, so the page does it.
export function markOwn(root = document) {
  const person = document.body.dataset.person;
  if (!person) return;
  for (const comment of root.querySelectorAll(`.comment[data-author="${CSS.escape(person)}"]`)) {
    comment.dataset.mine = "";
  }
}

document.addEventListener("page:changed", () => markOwn());
