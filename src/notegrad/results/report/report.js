// The report's script: sorts and filters the table of students, and opens the reader of answers.
// It reads what the page says already (data attributes, cells, answers) and brings no text of its own.
"use strict";
(() => {
  const by = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const table = by("students");
  const body = table.tBodies[0];
  const rows = all("tr", body).map((row, number) => ({
    row,
    number,
    name: row.cells[0].firstChild.textContent.trim(),
    text: plain(row.cells[0].textContent),
    state: row.dataset.state || "",
    group: row.dataset.group || "",
    kinds: (row.dataset.kinds || "").split(" ").filter(Boolean),
    score: row.dataset.score === undefined ? NaN : Number(row.dataset.score),
    cases: (row.dataset.cases || "").split(" "),
  }));
  const FIRST = 3; // cells before those of questions
  const LETTERS = { failed: "f", errored: "e", timeout: "t", skipped: "s", not_judged: "n" };
  const SHARES = { full: ["full"], part: ["most", "some"], none: ["none"] };
  let picked = null; // what a figure, a pattern or a count has chosen

  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  const cellOf = (one, question) => one.row.cells.length > FIRST + question ? one.row.cells[FIRST + question] : null;

  function hasShare(one, question, share) {
    const cell = cellOf(one, question);
    return cell !== null && SHARES[share].some((name) => cell.classList.contains(name));
  }

  // ---- filters

  const choose = {
    score: (one, low, high) => one.score >= Number(low) && one.score < Number(high),
    question: (one, question, share) => hasShare(one, Number(question), share),
    case: (one, question, place, outcome) => (one.cases[question] || "")[place] === LETTERS[outcome],
    kind: (one, kind) => one.kinds.includes(kind),
    rows: (one, numbers) => numbers.split(" ").map(Number).includes(one.number),
  };

  function isShown(one) {
    const wanted = plain(by("f-search").value).split(/\s+/).filter(Boolean);
    const value = (id) => (by(id) ? by(id).value : "");
    const question = value("f-question");
    const share = value("f-share");
    const kind = value("f-kind");
    return (
      wanted.every((word) => one.text.includes(word)) &&
      (!value("f-state") || one.state === value("f-state")) &&
      (!value("f-group") || one.group === value("f-group")) &&
      (!question || !share || hasShare(one, Number(question), share)) &&
      (!kind || (kind === "*" ? one.kinds.length > 0 : one.kinds.includes(kind))) &&
      !(by("f-late") && by("f-late").checked && !one.kinds.includes("late")) &&
      (!picked || choose[picked.kind](one, ...picked.facts))
    );
  }

  function filter() {
    let shown = 0;
    for (const one of rows) {
      const is = isShown(one);
      one.row.hidden = !is;
      shown += is;
    }
    const count = by("f-count");
    count.textContent = count.dataset.text.replace("{shown}", shown).replace("{total}", rows.length);
    by("f-pick").hidden = !picked;
    by("f-pick").textContent = picked ? picked.said : "";
  }

  function pick(element) {
    const [kind, ...facts] = element.dataset.pick.split(":");
    picked = { kind, facts, said: wordsOf(element) };
    for (const id of ["f-search", "f-state", "f-question", "f-share", "f-group", "f-kind"]) if (by(id)) by(id).value = "";
    if (by("f-late")) by("f-late").checked = false;
    filter();
    by("report_table").scrollIntoView();
    by("f-reset").focus({ preventScroll: true });
  }

  // What was chosen, in the page's own words: a figure's title, or the heads of a table's row and column.
  function wordsOf(element) {
    const title = element.querySelector("title");
    if (title) return title.textContent;
    const cell = element.closest("td");
    if (!cell) return (element.closest("details.kind") ? element.closest("details").querySelector("summary") : element).textContent.trim();
    const head = cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
    return `${cell.parentElement.cells[0].textContent} · ${head.textContent} (${cell.textContent})`;
  }

  // ---- sorting

  const states = all("#f-state option").map((option) => option.value);
  function keyOf(one, column, kind) {
    if (kind === "name") return one.number;
    if (kind === "state") return states.indexOf(one.state);
    const cell = one.row.cells[column];
    const value = column === 2 ? one.score : cell ? Number(cell.textContent.replace(",", ".")) : NaN;
    return Number.isNaN(value) ? Infinity : -value; // the most first, what is not there last
  }

  function sort(head) {
    const was = head.getAttribute("aria-sort");
    const ascends = head.dataset.sort === "name" ? was !== "ascending" : was === "descending";
    const down = head.dataset.sort === "name" || head.dataset.sort === "state" ? (was === "ascending" ? -1 : 1) : was === "descending" ? -1 : 1;
    for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", head.dataset.sort === "score" ? (ascends ? "ascending" : "descending") : down < 0 ? "descending" : "ascending");
    const keyed = rows.map((one) => [keyOf(one, head.cellIndex, head.dataset.sort), one]);
    keyed.sort(([a, one], [b, other]) => {
      if (a === b) return one.number - other.number;
      if (a === Infinity || b === Infinity) return a === Infinity ? 1 : -1;
      return down * (a - b);
    });
    body.append(...keyed.map(([, one]) => one.row));
  }

  for (const head of all("thead th", table)) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head));
  }

  // ---- what can be chosen by a click is a button, also for the keyboard

  for (const element of all("[data-pick]")) {
    if (element.closest("svg")) {
      element.addEventListener("click", () => pick(element));
      continue;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pick";
    button.append(...element.childNodes);
    element.append(button);
    element.hidden = false;
    button.addEventListener("click", () => pick(element));
  }

  // ---- the reader of answers

  const dialog = by("reader");
  const names = all("#r-question option").map((option) => option.textContent);
  const at = { student: 0, question: 0 };
  const listed = () => all("tr:not([hidden])", body).map((row) => rows.find((one) => one.row === row)).filter((one) => one.cases.length > 1 || one.cases[0]);

  function answerOf(one, question) {
    return all(`#a${question} > article`).find((article) => article.dataset.rows.split(" ").includes(String(one.number)));
  }

  function read() {
    const one = rows[at.student];
    const answer = answerOf(one, at.question);
    const cell = cellOf(one, at.question);
    by("r-title").textContent = `${one.name} · ${names[at.question]}` + (cell ? ` · ${cell.textContent}` : "");
    const failing = [...(one.cases[at.question] || "")].flatMap((letter, place) => (letter === "p" || letter === "-" ? [] : [place]));
    const list = document.createElement("ul");
    for (const place of failing) {
      const item = document.createElement("li");
      const head = document.querySelector(`#t${at.question}-${place} > th`);
      item.textContent = head ? head.textContent : String(place + 1);
      list.append(item);
    }
    const said = document.createElement("p");
    said.textContent = failing.length ? dialog.dataset.failing : dialog.dataset.allPass;
    const parts = failing.length ? [said, list] : [said];
    if (answer) {
      const copy = answer.cloneNode(true);
      copy.removeAttribute("id");
      for (const button of all("button", copy)) button.replaceWith(...button.childNodes); // without what it does
      parts.push(copy);
    } else {
      const none = document.createElement("p");
      none.textContent = dialog.dataset.noCode;
      parts.push(none);
    }
    by("r-body").replaceChildren(...parts);
    by("r-student").value = String(at.student);
    by("r-question").value = String(at.question);
  }

  function open(student, question) {
    Object.assign(at, { student, question });
    by("r-student").replaceChildren(
      ...listed().map((one) => {
        const option = document.createElement("option");
        option.value = String(one.number);
        option.textContent = one.name;
        return option;
      })
    );
    read();
    if (!dialog.open) dialog.showModal();
  }

  function step(by_, kind) {
    if (kind === "question") at.question = (at.question + by_ + names.length) % names.length;
    else {
      const numbers = listed().map((one) => one.number);
      const place = numbers.indexOf(at.student);
      at.student = numbers[(place + by_ + numbers.length) % numbers.length];
    }
    read();
  }

  for (const [id, by_, kind] of [["r-s-before", -1, "student"], ["r-s-after", 1, "student"], ["r-q-before", -1, "question"], ["r-q-after", 1, "question"]])
    by(id).addEventListener("click", () => step(by_, kind));
  by("r-close").addEventListener("click", () => dialog.close());
  by("r-student").addEventListener("change", (event) => { at.student = Number(event.target.value); read(); });
  by("r-question").addEventListener("change", (event) => { at.question = Number(event.target.value); read(); });
  dialog.addEventListener("keydown", (event) => {
    if (event.target.tagName === "SELECT" || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    event.preventDefault();
    step(event.key === "ArrowLeft" ? -1 : 1, event.shiftKey ? "question" : "student");
  });

  // A click on any cell of a question; for the keyboard one button a row, since four thousand would be no help.
  for (const one of rows) {
    if (!one.row.dataset.cases) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "open";
    button.textContent = "≡";
    button.setAttribute("aria-label", dialog.dataset.open.replace("{name}", one.name));
    button.addEventListener("click", () => open(one.number, 0));
    one.row.cells[0].firstChild.after(button);
  }
  body.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    const question = cell ? cell.cellIndex - FIRST : -1;
    const one = cell ? rows.find((each) => each.row === cell.parentElement) : null;
    if (question >= 0 && cell.colSpan === 1 && one.row.dataset.cases) open(one.number, question);
  });

  for (const map of all("rect.map"))
    map.addEventListener("click", (event) => {
      const box = map.getBoundingClientRect();
      const students = map.dataset.rows.split(" ").map(Number);
      const questions = map.dataset.columns.split(" ").map(Number);
      const student = students[Math.floor(((event.clientY - box.top) / box.height) * students.length)];
      const question = questions[Math.floor(((event.clientX - box.left) / box.width) * questions.length)];
      if (student >= 0 && question !== undefined) open(student, question);
    });

  // ---- links into a folded part open it

  function unfold() {
    const target = location.hash.length > 1 ? by(decodeURIComponent(location.hash.slice(1))) : null;
    const folded = target && target.closest("details");
    if (folded) folded.open = true;
  }
  addEventListener("hashchange", unfold);
  unfold();

  for (const field of all("#tools input, #tools select")) field.addEventListener("input", filter);
  by("f-reset").addEventListener("click", () => {
    picked = null;
    for (const field of all("#tools input, #tools select")) if (field.type === "checkbox") field.checked = false; else field.value = "";
    filter();
  });
  by("tools").hidden = false;
  document.documentElement.classList.add("scripted");
  filter();
})();
