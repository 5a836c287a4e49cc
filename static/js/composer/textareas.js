// The textarea grows with its text, and says how much room is left only when little is.
import { word } from "../lib/messages.js";

const NEAR = 1000; // characters before the limit from which on the rest is counted
const growsByItself = CSS.supports("field-sizing", "content");

export function grow(form) {
  if (growsByItself) return;
  const area = form.elements.source;
  const [x, y] = [scrollX, scrollY];
  area.style.setProperty("block-size", "auto");
  area.style.setProperty("block-size", `${area.scrollHeight + 2}px`);
  scrollTo({ left: x, top: y, behavior: "instant" });
}

export function countLeft(form) {
  const left = Number(form.dataset.limit) - [...form.elements.source.value].length;
  const line = form.querySelector("[data-left]");
  line.hidden = left > NEAR;
  line.textContent = word(left < 0 ? "tooLong" : "left").replace("%s", Math.abs(left));
  line.toggleAttribute("data-over", left < 0);
}
