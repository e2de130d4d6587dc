// Parts of a page that follow what happens: <div data-live="/address" data-every="5">. The address
// answers with what goes inside. Nothing is asked while the page is hidden.
"use strict";
for (const part of document.querySelectorAll("[data-live]")) {
  const seconds = Number(part.dataset.every || 5);
  let shown = part.innerHTML;
  const look = async () => {
    if (!document.hidden && !part.contains(document.activeElement)) {
      try {
        const answer = await fetch(part.dataset.live, { headers: { "X-Kidgate-Live": "1" } });
        if (answer.redirected || answer.status === 403) return location.reload();
        const text = answer.ok ? await answer.text() : shown;
        if (text !== shown) part.innerHTML = shown = text;
      } catch { /* the gateway is away: what is there stays */ }
    }
    setTimeout(look, seconds * 1000);
  };
  setTimeout(look, seconds * 1000);
}
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.ask;
  if (question && !window.confirm(question)) event.preventDefault();
});
