// Shows the page of a terminal as it changes. Without it the page shows what it showed.
"use strict";
const main = document.querySelector("[data-remote]");
const source = new EventSource(main.dataset.remote);
const frame = document.getElementById("frame");

source.addEventListener("message", (event) => {
  const told = JSON.parse(event.data);
  if (told.list !== undefined) {
    if (told.list !== main.dataset.list) location.replace("/remote-help");
    return;
  }
  const active = document.activeElement;
  const place = frame.contains(active) ? active.value : "";
  frame.innerHTML = told.html; // the service's own template, in which every text is escaped
  if (place) frame.querySelector(`button[value="${place}"]`)?.focus();
  main.dataset.moved = `${told.frame}`;
});
// Whoever follows a link is not called back by a list that changes just then.
window.addEventListener("beforeunload", () => source.close());
source.addEventListener("over", () => {
  source.close();
  location.replace("/remote-help?over=1");
});
document.addEventListener("submit", (event) => {
  if (event.target.dataset.point === undefined) return;
  event.preventDefault();
  const said = new URLSearchParams(new FormData(event.target));
  said.set("place", event.submitter.value);
  fetch(event.target.action, { method: "POST", body: said, redirect: "manual" });
});
