// Moves the figures of an open page by server-sent events. Without it the page shows what it showed.
"use strict";
const main = document.querySelector("[data-live]");
const source = new EventSource(main.dataset.live);
const each = (name, act) => document.querySelectorAll(`[data-${name}]`).forEach(act);

source.addEventListener("message", (event) => {
  const told = JSON.parse(event.data);
  each("figure", (one) => {
    const text = told.texts[one.dataset.figure];
    if (text !== undefined && one.textContent !== text) one.textContent = text;
  });
  each("town", (one) => {
    const [state, text] = (told.towns || {})[one.dataset.town] || [];
    if (state === undefined) return;
    one.setAttribute("class", `town ${state}`);
    one.querySelector(".many").textContent = text;
  });
  each("terminal", (one) => {
    const [state, words] = (told.terminals || {})[one.dataset.terminal] || told.up;
    if (one.dataset.state === state) return;
    one.dataset.state = state;
    one.textContent = words;
    one.className = state === "up" ? "" : "mark";
    one.closest("tr").classList.toggle("full", state === "down" || state === "ill");
  });
  main.dataset.moved = "yes";
});
source.addEventListener("over", () => source.close());
