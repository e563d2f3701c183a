// Pages of segments: parts that are read after the page, and the builder of conditions. Without this, conditions are YAML.
"use strict";

(() => {
  const PAUSE = 700;
  const AGGREGATES = {
    any: "is there any", count: "how many", sum: "sum of a field", latest: "latest value of a field",
  };
  const SUBJECTS = {
    field: "contact field", embedded: "embedded data", optedOut: "opt-out", list: "mailing list",
    segment: "other segment", transactions: "transactions", touchpoints: "touchpoints",
  };
  const MATCHES = { all: "all of", any: "any of", none: "none of" };
  const FORMS = { text: "text", number: "number", date: "date" };

  async function ask(address, options) {
    const answer = await fetch(address, { redirect: "error", ...options, headers: { "X-Muster-Part": "1" } });
    if (answer.status === 401) {
      location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
    }
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  }

  document.querySelectorAll("[data-part]").forEach(async (part) => {
    try {
      const answer = await ask(part.dataset.part, {});
      const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
      part.replaceChildren(...whole.body.children);
    } catch {
      // The link to it stays.
    }
  });

  const builder = document.getElementById("builder");
  if (!builder) return;

  const byId = (id) => document.getElementById(id);
  const place = byId("conditions");
  const yaml = byId("yaml");
  const page = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
  const ids = new WeakMap();
  let root = builder.dataset.model ? JSON.parse(builder.dataset.model) : null;
  let wrong = JSON.parse(builder.dataset.wrong || "[]");
  let strict = wrong.length > 0;
  let choices = null;
  let known = 0;
  let fields = [];
  let written = false;
  let timer = 0;
  let running = null;

  function el(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  function id(node, field) {
    if (!ids.has(node)) ids.set(node, ++known);
    return "c" + ids.get(node) + "-" + field;
  }

  const value = (node, index) => (node.values && node.values[index]) || "";
  const isEvent = (node) => node.match === undefined && node.subject === undefined;
  const newTest = (event) => (event
    ? { field: "", operator: "is", values: [""] }
    : { subject: "field", name: "email", operator: "is", values: [""] });

  // Controls

  function labelled(node, field, label, control, hint) {
    const own = id(node, field);
    control.id = own;
    return el("div", { class: "control" }, el("label", { for: own }, label, ...(hint ? [" ", el("small", { class: "muted" }, hint)] : [])), control);
  }

  function select(node, field, label, options, chosen, change, name) {
    const control = el("select", { "aria-label": name, onchange: () => change(control.value) });
    if (!options.some(([key]) => key === chosen)) options = [[chosen, chosen === "" ? "choose" : chosen], ...options];
    for (const [key, text] of options) {
      control.append(el("option", { value: key, selected: key === chosen }, text));
    }
    return labelled(node, field, label, control);
  }

  function text(node, field, label, now, change, more) {
    const { hint, rows, list, ...attributes } = more || {};
    const control = rows ? el("textarea", { rows, ...attributes }) : el("input", { autocapitalize: "none", spellcheck: "false", ...attributes });
    control.value = now;
    control.addEventListener("input", () => { change(control.value); changed(); });
    const made = labelled(node, field, label, control, hint);
    if (list && list.length) {
      const options = el("datalist", { id: id(node, field) + "-list" }, ...list.map((one) => el("option", { value: one })));
      control.setAttribute("list", options.id);
      made.append(options);
    }
    return made;
  }

  function again(focus) {
    render(focus);
    changed();
  }

  const lines = (values) => (values || []).join("\n");
  const listed = (written) => written.split("\n").filter((line) => line.trim() !== "");

  function formOf(node) {
    if (node.subject === "field") {
      const field = choices.fields.find((one) => one.id === node.name);
      if (field && field.form === "date") return "date";
    }
    return node.as || "text";
  }

  function operatorsOf(node) {
    if (node.aggregate === "count" || node.aggregate === "sum") return choices.counting;
    return choices.operators[formOf(node)] || choices.operators.text;
  }

  // The operator, and what follows it.
  function comparison(node, values) {
    const operators = operatorsOf(node);
    if (!operators.some((one) => one.id === node.operator)) node.operator = operators[0].id;
    const follows = operators.find((one) => one.id === node.operator).follows;
    const made = [select(node, "operator", "Operator", operators.map((one) => [one.id, one.name]), node.operator, (chosen) => {
      const next = operators.find((one) => one.id === chosen).follows;
      node.operator = chosen;
      node.values = next === "list" ? (node.values || []).filter((one) => one !== "")
        : next === "pair" ? [value(node, 0), value(node, 1)] : [value(node, 0)];
      again();
    })];
    const form = formOf(node);
    const hint = follows === "span" ? "30d, 12h, 4w" : follows === "pattern" ? "a regular expression"
      : form === "date" && !node.aggregate ? "2026-11-22, today" : null;
    const one = (index) => (now) => { node.values = node.values || []; node.values[index] = now; };
    if (follows === "list") {
      made.push(text(node, "value", "Value", lines(node.values), (now) => { node.values = listed(now); }, { rows: 3, hint: "one a line" }));
    } else if (follows === "pair") {
      made.push(text(node, "value", "Value", value(node, 0), one(0), { hint: "from" }));
      made.push(text(node, "value-to", "And", value(node, 1), one(1), { hint: "to" }));
    } else if (follows !== "truth") {
      made.push(text(node, "value", "Value", value(node, 0), one(0), { hint, list: values }));
    }
    return made;
  }

  function readAs(node) {
    return select(node, "as", "Read as", Object.entries(FORMS), node.as || "text", (chosen) => {
      if (chosen === "text") delete node.as; else node.as = chosen;
      again();
    });
  }

  function ofField(node) {
    const field = choices.fields.find((one) => one.id === node.name);
    return [
      select(node, "name", "Field", choices.fields.map((one) => [one.id, one.name]), node.name || "", (chosen) => {
        node.name = chosen;
        delete node.as;
        again();
      }),
      ...(field && field.form === "date" ? [] : [readAs(node)]),
      ...comparison(node),
    ];
  }

  function ofData(node) {
    const fold = (name) => name.trim().toLowerCase();
    const data = () => choices.names.find((one) => fold(one.name) === fold(node.name || ""));
    const name = text(node, "name", "Data name", node.name || "", (now) => { node.name = now; }, { list: choices.names.map((one) => one.name) });
    // The values that are offered follow the name.
    name.querySelector("input").addEventListener("change", () => render());
    return [name, readAs(node), ...comparison(node, data() ? data().values : [])];
  }

  function oneOf(node, label, things, none) {
    return select(node, "name", label, [...(none ? [["", none]] : []), ...things.map((one) => [one.id, one.name])], node.name || "", (chosen) => {
      node.name = chosen;
      changed();
    });
  }

  function truth(node, yes, no) {
    return select(node, "value", "Value", [["true", yes], ["false", no]], value(node, 0) || "true", (chosen) => {
      node.values = [chosen];
      changed();
    });
  }

  function membership(node, is, isNot) {
    return select(node, "operator", "Operator", [["is", is], ["isNot", isNot]], node.operator, (chosen) => {
      node.operator = chosen;
      changed();
    });
  }

  function within(node) {
    return text(node, "within", "Within the last", node.withinLast || "", (now) => {
      if (now.trim()) node.withinLast = now.trim(); else delete node.withinLast;
    }, { hint: "such as 30d" });
  }

  function asked(node, some) {
    return select(node, "aggregate", "What", some.map((one) => [one, AGGREGATES[one]]), node.aggregate, (chosen) => {
      node.aggregate = chosen;
      delete node.as;
      delete node.operator;
      delete node.field;
      node.values = chosen === "any" ? ["true"] : [""];
      again();
    });
  }

  function ofEvents(node, some) {
    if (node.aggregate === "any") return [asked(node, some), truth(node, "there is one", "there is none")];
    return [
      asked(node, some),
      ...(node.aggregate === "count" ? [] : [text(node, "field", "Field name", node.field || "", (now) => { node.field = now; })]),
      ...(node.aggregate === "latest" ? [readAs(node)] : []),
      ...comparison(node),
    ];
  }

  function boxes(node, key, label, words) {
    const chosen = node[key] || [];
    const said = () => label + ": " + ((node[key] || []).join(", ") || "any");
    const summary = el("summary", { id: id(node, key) }, said());
    return el("details", { class: "control" }, summary, el("fieldset", { class: "boxes" }, el("legend", { class: "hidden" }, label), ...words.map((word) => {
      const box = el("input", { type: "checkbox", checked: chosen.includes(word), onchange: () => {
        node[key] = words.filter((one) => (one === word ? box.checked : (node[key] || []).includes(one)));
        if (!node[key].length) delete node[key];
        summary.textContent = said();
        changed();
      } });
      return el("label", { class: "check" }, box, " " + word);
    })));
  }

  function some(node, key, label) {
    return text(node, key, label, lines(node[key]), (now) => {
      node[key] = listed(now).map((one) => one.trim());
      if (!node[key].length) delete node[key];
    }, { rows: 2, hint: "one a line; blank: any" });
  }

  function controls(node) {
    switch (node.subject) {
      case "field": return ofField(node);
      case "embedded": return ofData(node);
      case "optedOut": return [oneOf(node, "Of", choices.lists, "the directory"), truth(node, "opted out", "did not opt out")];
      case "list": return [oneOf(node, "List", choices.lists), membership(node, "is on it", "is not on it")];
      case "segment": return [
        oneOf(node, "Segment", choices.segments.filter((one) => one.id !== builder.dataset.self)),
        membership(node, "is a member", "is no member")];
      case "transactions": return [...ofEvents(node, ["any", "count", "sum", "latest"]), within(node)];
      case "touchpoints": return [...ofEvents(node, ["any", "count"]), boxes(node, "channel", "Channels", choices.channels),
        boxes(node, "kind", "Kinds", choices.kinds), some(node, "survey", "Surveys"), some(node, "intercept", "Intercepts"), within(node)];
      default: return [text(node, "field", "Field name", node.field || "", (now) => { node.field = now; }), readAs(node), ...comparison(node)];
    }
  }

  function start(subject) {
    switch (subject) {
      case "field": return { subject, name: "email", operator: "is", values: [""] };
      case "optedOut": return { subject, values: ["true"] };
      case "list": case "segment": return { subject, operator: "is" };
      case "transactions": case "touchpoints": return { subject, aggregate: "count", operator: "gte", values: ["1"] };
      default: return { subject, name: "", operator: "is", values: [""] };
    }
  }

  // Tests and groups

  function test(node, group, path, numbers) {
    const name = "Condition " + ++numbers.tests;
    const error = el("p", { class: "error", id: id(node, "error") });
    const subject = isEvent(node) ? [] : [select(node, "subject", "Subject", Object.entries(SUBJECTS), node.subject, (chosen) => {
      const next = start(chosen);
      for (const key of Object.keys(node)) delete node[key];
      Object.assign(node, next);
      again();
    })];
    const made = el("fieldset", { class: "condition" }, el("legend", {}, name),
      el("div", { class: "controls" }, ...subject, ...controls(node), removal(node, group, name)), error);
    fields.push({ path, node, error, name });
    if (node.subject === "transactions") made.append(whereOf(node, path, numbers));
    return made;
  }

  function whereOf(node, path, numbers) {
    if (node.where) return group(node.where, path + ".transactions.where", numbers, { of: node, event: true });
    const button = el("button", { type: "button", id: id(node, "where"), onclick: () => {
      node.where = { match: "all", parts: [newTest(true)] };
      again(() => id(node.where.parts[0], "field"));
    } }, "Which transactions");
    return el("p", {}, button);
  }

  function removal(node, within, name) {
    return el("button", { type: "button", class: "remove", id: id(node, "remove"), "aria-label": "Remove " + name.toLowerCase(), onclick: () => {
      const at = within.parts.indexOf(node);
      within.parts.splice(at, 1);
      const next = within.parts[at] || within.parts[at - 1];
      again(() => (next ? first(next) : id(within, "add")));
    } }, "Remove");
  }

  const first = (node) => id(node, node.match ? "match" : isEvent(node) ? "field" : "subject");

  function group(node, path, numbers, within) {
    const outer = !within;
    const event = !!(within && within.event);
    const name = outer ? "Conditions" : within.of ? "Which transactions" : "Group " + ++numbers.groups;
    const of = outer ? "" : " of " + name.toLowerCase();
    const to = outer ? null : "to " + name.toLowerCase();
    const alone = node.bare && node.match === "all" && node.parts.length === 1 && !node.parts[0].match;
    const error = el("p", { class: "error", id: id(node, "error") });
    const parts = node.parts.map((part, index) => {
      const at = alone ? path : (path ? path + "." : "") + node.match + "[" + index + "]";
      return part.match ? group(part, at, numbers, { in: node, event }) : test(part, node, at, numbers);
    });
    fields.push({ path, node, error, name });
    const remove = outer ? [] : within.of
      ? [el("button", { type: "button", class: "remove", id: id(node, "remove"), "aria-label": "Remove" + of, onclick: () => {
        delete within.of.where;
        again(() => id(within.of, "where"));
      } }, "Remove")]
      : [removal(node, within.in, name)];
    return el("fieldset", { class: outer ? "group outer" : "group" }, el("legend", {}, name),
      el("div", { class: "controls" }, select(node, "match", "Match", Object.entries(MATCHES), node.match, (chosen) => {
        node.match = chosen;
        again();
      }, outer ? null : "Match" + of), ...remove),
      error, ...parts,
      el("div", { class: "actions" },
        el("button", { type: "button", id: id(node, "add"), "aria-label": to && "Add condition " + to, onclick: () => {
          const made = newTest(event);
          node.parts.push(made);
          again(() => first(made));
        } }, "Add condition"),
        el("button", { type: "button", "aria-label": to && "Add group " + to, onclick: () => {
          const made = { match: "any", parts: [newTest(event)] };
          node.parts.push(made);
          again(() => first(made));
        } }, "Add group")));
  }

  function render(focus) {
    const now = document.activeElement;
    const had = place.contains(now) ? now.id : "";
    const open = new Set([...place.querySelectorAll("details[open] > summary")].map((one) => one.id));
    fields = [];
    const made = el("div", {}, group(root, "", { tests: 0, groups: 0 }, null));
    const twin = had && !focus && made.querySelector("#" + had);
    if (twin && twin.tagName === now.tagName) graft(place, made, now, twin); else place.replaceChildren(...made.children);
    open.forEach((one) => { if (byId(one)) byId(one).parentElement.open = true; });
    const target = focus && byId(focus());
    if (target) target.focus();
    mark();
  }

  // Everything is made anew but what has the focus, so that one goes on typing in it.
  function graft(old, made, kept, twin) {
    if (old === kept) return;
    const here = [...old.childNodes].find((one) => one.contains(kept));
    const there = [...made.childNodes].find((one) => one.contains(twin));
    [...old.childNodes].forEach((one) => { if (one !== here) one.remove(); });
    let before = true;
    for (const one of [...made.childNodes]) {
      if (one === there) before = false;
      else if (before) here.before(one);
      else old.append(one);
    }
    graft(here, there, kept, twin);
  }

  // What is wrong, beside the condition that it is about

  function home(path) {
    const inside = (one) => path.startsWith(one.path)
      && (one.path === "" || path.length === one.path.length || ".[".includes(path[one.path.length]));
    return fields.filter(inside).sort((a, b) => b.path.length - a.path.length || (a.node.match ? 1 : -1))[0];
  }

  function control(found, path) {
    const rest = path.slice(found.path.length);
    const names = rest.includes("withinLast") && rest.includes("s.") ? ["within"]
      : /\.as$/.test(rest) ? ["as"]
        : /^\.?(channel|kind|survey|intercept)/.test(rest.replace(/^\.?touchpoints\./, "")) ? [rest.replace(/^\.?touchpoints\./, "").match(/^[a-z]+/)[0]]
          : /\.?(sum|latest|transactions)\.field$/.test(rest) || (isEvent(found.node) && /\.?field$/.test(rest)) ? ["field"]
            : /^\.?(embedded|field|list|segment)$/.test(rest) ? ["name"] : ["value", "operator"];
    return [...names, "name", "operator", "match"].map((one) => byId(id(found.node, one))).find((one) => one);
  }

  function mark() {
    for (const one of fields) one.error.textContent = "";
    place.querySelectorAll("[aria-invalid]").forEach((one) => {
      one.removeAttribute("aria-invalid");
      one.removeAttribute("aria-describedby");
    });
    const entries = document.querySelectorAll(".problem .problems a[href='#yaml']");
    wrong.forEach((problem, index) => {
      const found = home(problem.path);
      if (!found) return;
      const at = control(found, problem.path);
      // What is not filled in yet is no mistake until it is to be saved.
      if (!strict && (!at || !at.value)) return;
      const error = found.error;
      error.textContent += (error.textContent ? " " : "") + (problem.path ? problem.path + " " : "") + problem.reason;
      if (at) {
        at.setAttribute("aria-invalid", "true");
        at.setAttribute("aria-describedby", error.id);
        if (entries[index]) entries[index].setAttribute("href", "#" + at.id);
      }
    });
  }

  // Counting

  function body(more) {
    const sent = new URLSearchParams({ _csrf: builder.querySelector("[name=_csrf]").value, page, ...more });
    if (root && !written) sent.set("form", JSON.stringify(root)); else sent.set("yaml", yaml.value);
    return sent;
  }

  function changed() {
    written = false;
    clearTimeout(timer);
    timer = setTimeout(() => look(false), PAUSE);
  }

  async function look(exact) {
    if (running) running.abort();
    const mine = new AbortController();
    running = mine;
    byId("exactly").hidden = true;
    try {
      const answer = await ask(builder.dataset.base + "/try", { method: "POST", body: body(exact ? { exact: true } : {}), signal: mine.signal });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value: more, done } = await reader.read();
        if (done) break;
        rest += more;
        const whole = rest.split("\n");
        rest = whole.pop();
        if (running === mine) whole.forEach((line) => hear(JSON.parse(line)));
      }
    } catch (failure) {
      if (failure.name !== "AbortError") say("not counted", "The server did not answer. The next change tries again.");
    }
  }

  function say(count, of, at) {
    if (byId("count").textContent !== count) byId("count").textContent = count;
    byId("count-of").textContent = of;
    byId("count-at").textContent = at || "";
  }

  function unfinished() {
    const at = root && home(wrong[0].path);
    return "The condition is not complete. " + (at ? at.name + " " : wrong[0].path + " ") + wrong[0].reason;
  }

  function hear(line) {
    if (line.problems) {
      wrong = line.problems;
      mark();
      byId("words").textContent = line.words || "";
      if (line.yaml && document.activeElement !== yaml) yaml.value = line.yaml;
      if (wrong.length) say("not counted", unfinished());
      else byId("count-at").textContent = "counting";
    } else if (line.count !== undefined) {
      say(line.count, line.of, "as of " + line.asOf);
      byId("exactly").hidden = line.exact;
    } else if (line.refused) {
      say("not counted", line.refused);
    } else if (line.share) {
      byId("count-at").textContent = "counting, " + Math.floor(line.share * 100) + " %";
    }
  }

  byId("exactly").addEventListener("click", () => {
    byId("count").tabIndex = -1;
    byId("count").focus();
    look(true);
  });

  // YAML

  yaml.addEventListener("input", () => {
    written = true;
    clearTimeout(timer);
    timer = setTimeout(readYaml, PAUSE);
  });

  async function readYaml() {
    const sent = yaml.value;
    try {
      const answer = await (await ask(builder.dataset.base + "/read", { method: "POST", body: body({ yaml: sent }) })).json();
      if (sent !== yaml.value) return;
      byId("yaml-error").textContent = answer.problems.map((one) => one.reason).join(" ");
      if (answer.problems.length) {
        yaml.setAttribute("aria-invalid", "true");
        return;
      }
      yaml.removeAttribute("aria-invalid");
      root = answer.form || null;
      written = !root;
      place.hidden = !root;
      if (root) render();
      look(false);
    } catch {
      byId("yaml-error").textContent = "The server did not answer. The next change tries again.";
    }
  }

  builder.addEventListener("submit", () => {
    if (root && !written) builder.append(el("input", { type: "hidden", name: "form", value: JSON.stringify(root) }));
  });

  // Explaining

  byId("contact").addEventListener("keydown", (key) => {
    if (key.key === "Enter") {
      key.preventDefault();
      byId("explain-contact").click();
    }
  });

  byId("explain-contact").addEventListener("click", async () => {
    const shown = byId("explained");
    try {
      const answer = await (await ask(builder.dataset.base + "/explain", { method: "POST", body: body({ contact: byId("contact").value }) })).json();
      if (answer.refused) {
        shown.replaceChildren(el("p", { class: "problem" }, answer.refused));
        return;
      }
      shown.replaceChildren(el("p", {}, el("strong", {}, answer.verdict)), el("ul", { class: "explained" }, ...answer.lines.map((line) => el("li", { class: "in" + Math.min(6, line.depth) },
        el("span", { class: line.holds ? "completed" : "failed" }, el("span", { "aria-hidden": "true" }, line.holds ? "●" : "✕"), el("span", { class: "hidden" }, line.holds ? " holds:" : " does not hold:")),
        " " + line.text, ...(line.seen ? [el("span", { class: "muted" }, " (the contact has " + line.seen + ")")] : [])))));
    } catch {
      shown.replaceChildren(el("p", { class: "problem" }, "The server did not answer. Try again."));
    }
  });

  (async () => {
    try {
      choices = await (await ask(builder.dataset.base + "/choices", {})).json();
    } catch {
      place.append(el("p", { class: "note" }, "The form could not be loaded. Write the condition as YAML, or reload the page."));
      return;
    }
    byId("counted").hidden = false;
    byId("try").hidden = false;
    if (root) {
      const first = root.parts.length === 1 ? root.parts[0] : null;
      if (first && first.subject && !first.operator && !first.aggregate && first.subject !== "optedOut") Object.assign(first, start(first.subject));
      byId("text").open = byId("yaml-error").textContent !== "";
      render();
      look(false);
    } else {
      yaml.dispatchEvent(new Event("input"));
    }
  })();
})();
