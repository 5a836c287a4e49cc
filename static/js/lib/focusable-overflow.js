// Wide code and tables scroll inside themselves; whoever has only a keyboard must reach them, too.
const WIDE = ".comment-body pre, .comment-body table";

export function reachableScrollers(root = document) {
  for (const element of root.querySelectorAll(WIDE)) {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
  }
}

document.addEventListener("page:changed", () => reachableScrollers());
