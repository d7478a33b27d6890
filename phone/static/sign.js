// The signature in the white field. Without this script a press signs in its place.
"use strict";
(function () {
  const field = document.getElementById("field");
  const canvas = document.getElementById("canvas");
  const out = document.getElementById("ink");
  const clear = document.getElementById("clear");
  if (!field || !canvas || !out) return;
  const MM = 25.4 / 96, LEAST_MM = 1.2, MOST = 900;
  const strokes = [];
  let began = 0, count = 0, drawing = false;
  const here = field.querySelector(".here");
  canvas.hidden = false;
  canvas.width = field.clientWidth;
  canvas.height = field.clientHeight;
  const pen = canvas.getContext("2d");
  pen.lineWidth = 4;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = getComputedStyle(field).color;

  function point(event) {
    const box = canvas.getBoundingClientRect();
    if (!began) began = event.timeStamp;
    return [event.clientX - box.left, event.clientY - box.top, (event.timeStamp - began) / 1000];
  }
  function keep() {
    const said = (n) => Math.max(0, n).toFixed(1);
    out.value = strokes
      .map((one) => one.map(([x, y, t]) => [said(x * MM), said(y * MM), Math.max(0, t).toFixed(2)].join("-")).join("_"))
      .join("*");
    clear.hidden = strokes.length === 0;
    if (here) here.hidden = strokes.length > 0;
  }
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    drawing = count < MOST;
    if (!drawing) return;
    strokes.push([point(event)]);
    count += 1;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing || count >= MOST) return;
    const stroke = strokes[strokes.length - 1], last = stroke[stroke.length - 1], next = point(event);
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) * MM < LEAST_MM) return;
    pen.beginPath();
    pen.moveTo(last[0], last[1]);
    pen.lineTo(next[0], next[1]);
    pen.stroke();
    stroke.push(next);
    count += 1;
  });
  for (const name of ["pointerup", "pointercancel"])
    canvas.addEventListener(name, () => {
      drawing = false;
      keep();
    });
  clear.addEventListener("click", () => {
    strokes.length = 0;
    began = count = 0;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    keep();
  });
})();
