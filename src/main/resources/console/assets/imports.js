// Pages work without this; with it, files are dropped, uploads say how far they are, and tables are pasted into.
"use strict";

(() => {
  function shown(bytes) {
    return (bytes / 1048576).toFixed(1) + " MiB";
  }

  function uploads(form) {
    const file = form.querySelector("input[type=file]");
    const zone = form.querySelector("[data-drop]");
    const part = form.querySelector("[data-sending]");
    const bar = part.querySelector("progress");
    const said = part.querySelector("[role=status]");
    const button = form.querySelector("button[type=submit]");
    zone.querySelector("[data-drops]").hidden = false;
    for (const name of ["dragover", "dragenter"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("over");
      });
    }
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (event.dataTransfer.files.length > 0) file.files = event.dataTransfer.files;
    });

    let told = -1;
    function tell(loaded, total) {
      const percent = total > 0 ? Math.floor(loaded * 100 / total) : 0;
      bar.value = percent;
      // Heard at each quarter only.
      if (Math.floor(percent / 25) !== told) {
        told = Math.floor(percent / 25);
        said.textContent = percent === 100 ? "Uploaded. The file is being read." : "Uploading, " + percent + " % of " + shown(total) + ".";
      }
    }

    form.addEventListener("submit", (event) => {
      const most = Number(form.dataset.most);
      if (file.files.length > 0 && file.files[0].size > most) {
        event.preventDefault();
        part.hidden = false;
        bar.hidden = true;
        said.textContent = "The file has " + shown(file.files[0].size) + ", more than the " + shown(most) + " that are allowed.";
        return;
      }
      event.preventDefault();
      button.disabled = true;
      part.hidden = false;
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (progress) => tell(progress.loaded, progress.total));
      request.addEventListener("load", () => {
        const asked = new URL(form.action).pathname;
        const answered = new URL(request.responseURL).pathname;
        if (request.status < 400 && answered !== asked) {
          location.assign(request.responseURL);
          return;
        }
        const page = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
        if (!page) {
          failed();
          return;
        }
        document.querySelector("main").replaceWith(page);
        page.querySelectorAll("form[data-upload]").forEach(uploads);
        const problem = page.querySelector("[role=alert]") || page;
        problem.tabIndex = -1;
        problem.focus();
      });
      function failed() {
        button.disabled = false;
        told = -1;
        said.textContent = "The upload was cut off. Press Upload to send the file again.";
      }
      request.addEventListener("error", failed);
      request.addEventListener("abort", failed);
      request.send(new FormData(form));
    });
  }

  // Rows that are copied in a spreadsheet: tabs between cells, a cell with a line break in quotes.
  function cells(text) {
    const rows = [[""]];
    let quoted = false;
    for (let i = 0; i < text.length; i++) {
      const sign = text[i];
      const row = rows[rows.length - 1];
      const last = row.length - 1;
      if (quoted && sign === "\"" && text[i + 1] === "\"") {
        row[last] += "\"";
        i++;
      } else if (sign === "\"" && (quoted || row[last] === "")) quoted = !quoted;
      else if (!quoted && sign === "\t") row.push("");
      else if (!quoted && (sign === "\n" || sign === "\r")) {
        if (sign === "\r" && text[i + 1] === "\n") i++;
        rows.push([""]);
      } else row[last] += sign;
    }
    while (rows.length > 1 && rows[rows.length - 1].every((cell) => cell === "")) rows.pop();
    return rows;
  }

  function grids(table) {
    const body = table.tBodies[0];
    const most = Number(table.dataset.grid);
    const said = document.querySelector("[data-pasted]");

    function add() {
      const index = body.rows.length;
      const row = body.rows[index - 1].cloneNode(true);
      row.querySelectorAll("[data-verdict]").forEach((verdict) => { verdict.textContent = ""; });
      row.querySelectorAll("input").forEach((input) => {
        input.value = "";
        input.name = input.name.replace(/-\d+-/, "-" + index + "-");
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
        input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, String(index + 1)));
      });
      row.querySelector("th").textContent = String(index + 1);
      body.append(row);
    }

    table.addEventListener("paste", (event) => {
      const start = event.target.closest("input");
      const text = event.clipboardData.getData("text");
      if (!start || !/[\t\r\n]/.test(text.replace(/[\r\n]+$/, ""))) return;
      event.preventDefault();
      const pasted = cells(text);
      const at = start.closest("tr").sectionRowIndex;
      const column = [...start.closest("tr").querySelectorAll("input")].indexOf(start);
      let put = 0;
      let left = 0;
      pasted.forEach((row, down) => {
        while (at + down >= body.rows.length && body.rows.length < most) add();
        if (at + down >= most) {
          left++;
          return;
        }
        const inputs = body.rows[at + down].querySelectorAll("input");
        row.forEach((cell, right) => {
          if (inputs[column + right]) inputs[column + right].value = cell;
        });
        put++;
      });
      said.textContent = put + (put === 1 ? " row was" : " rows were") + " pasted." + (left > 0 ? " " + left + " were left out: the table takes " + most + "." : "");
    });

    const more = document.querySelector("[data-more]");
    more.hidden = false;
    more.addEventListener("click", () => {
      if (body.rows.length < most) add();
      body.rows[body.rows.length - 1].querySelector("input").focus();
    });
  }

  document.querySelectorAll("form[data-upload]").forEach(uploads);
  document.querySelectorAll("table[data-grid]").forEach(grids);
})();
