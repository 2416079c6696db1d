"use strict";
// The table of everyone sorts and filters. Without a script it is read as it stands.
const table = document.getElementById("people");
const body = table.tBodies[0];
const rows = Array.from(body.rows);
const texts = rows.map((row) => row.textContent.toLowerCase());
const states = rows.map((row) => row.querySelector(".state").textContent);
const words = document.getElementById("words");
const state = document.getElementById("state");
const found = document.getElementById("found");

function filter() {
  const wanted = words.value.toLowerCase().split(/\s+/);
  let shown = 0;
  rows.forEach((row, index) => {
    const fits = (state.value === "" || states[index] === state.value) && wanted.every((word) => texts[index].includes(word));
    row.hidden = !fits;
    shown += fits ? 1 : 0;
  });
  found.textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
}

function sortBy(column, heading) {
  const descending = heading.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const order = new Intl.Collator("en", { numeric: true });
  const keyed = rows.map((row) => [row.cells[column].textContent, row]);
  keyed.sort((a, b) => order.compare(a[0], b[0]) * (descending ? -1 : 1));
  body.append(...keyed.map(([, row]) => row));
}

Array.from(table.tHead.rows[0].cells).forEach((heading, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = heading.textContent;
  button.addEventListener("click", () => sortBy(column, heading));
  heading.replaceChildren(button);
});
document.getElementById("filter").addEventListener("submit", (event) => event.preventDefault());
words.addEventListener("input", filter);
state.addEventListener("input", filter);
document.getElementById("filter").hidden = false;
filter();
