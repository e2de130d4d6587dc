// A week of boxes: a finger or the mouse drawn over them paints, the arrow keys walk. Without this
// script each is a box to tick. A touch that begins at the hours at the side scrolls.
"use strict";
for (const table of document.querySelectorAll("[data-paint]")) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);
  const total = document.querySelector("[data-total]");
  let to = null, from = null, before = [];
  const place = (box) => {
    const y = rows.findIndex((row) => row.includes(box));
    return y < 0 ? null : { x: rows[y].indexOf(box), y };
  };
  const at = (event) => {
    const found = document.elementFromPoint(event.clientX, event.clientY);
    const box = found?.closest("td")?.querySelector("input");
    return box && table.contains(box) ? place(box) : null;
  };
  const count = () => {
    if (!total) return;
    const half = rows.flat().filter((box) => box.checked).length;
    total.textContent = `${total.dataset.label} ${half / 2}`;
  };
  const paint = (end) => {
    const [x1, x2] = [from.x, end.x].sort((a, b) => a - b);
    const [y1, y2] = [from.y, end.y].sort((a, b) => a - b);
    rows.forEach((row, y) => row.forEach((box, x) => {
      box.checked = x >= x1 && x <= x2 && y >= y1 && y <= y2 ? to : before[y][x];
    }));
    count();
  };
  table.classList.add("painting");
  table.addEventListener("pointerdown", (event) => {
    const box = event.target.closest("td")?.querySelector("input");
    if (!box || box.disabled || event.button) return;
    from = place(box);
    before = rows.map((row) => row.map((one) => one.checked));
    to = !box.checked;
    paint(from);
    event.target.releasePointerCapture?.(event.pointerId);
  });
  table.addEventListener("pointermove", (event) => {
    const end = from && at(event);
    if (end) paint(end);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, () => { from = null; });
  }
  table.addEventListener("click", (event) => {
    // What the pointer painted is painted; the keyboard's own click (detail 0) ticks as ever.
    if (event.detail && event.target.closest("td")) event.preventDefault();
  });
  table.addEventListener("change", count);
  table.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const here = step && place(event.target);
    if (!here) return;
    event.preventDefault();
    const box = rows[(here.y + step[1] + rows.length) % rows.length][(here.x + step[0] + 7) % 7];
    if (event.shiftKey) box.checked = event.target.checked;
    box.focus();
    count();
  });
  count();
}
