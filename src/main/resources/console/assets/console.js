// Pages work without this; with it, what is under way is looked at again by itself.
"use strict";

(() => {
  const PAUSE = 2000;
  const LONGEST = 30000;

  function follow(part) {
    let pause = PAUSE;
    let lost = null;
    let timer = 0;

    async function look() {
      try {
        const answer = await fetch(part.dataset.poll, { headers: { "X-Muster-Part": "1" }, redirect: "error" });
        if (answer.status === 401) {
          location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
          return;
        }
        if (!answer.ok) throw new Error(String(answer.status));
        const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
        const next = whole.getElementById("live");
        if (next.dataset.over === "true") {
          // Its reason and what can be done with it are on the whole page.
          location.reload();
          return;
        }
        lost = null;
        pause = PAUSE;
        exchange(next);
        const counts = document.getElementById("counts");
        if (counts) counts.replaceWith(whole.getElementById("counts"));
      } catch (failure) {
        lost = lost || new Date();
        pause = Math.min(LONGEST, pause * 2);
        const said = part.querySelector("[data-contact]");
        if (said) said.textContent = " No contact since " + lost.toLocaleTimeString(undefined, { timeZoneName: "short" }) + ".";
      }
      wait();
    }

    // What speaks stays the same element, so that it is heard only when it changes.
    function exchange(next) {
      const now = part.querySelector("[role=status]");
      const then = next.querySelector("[role=status]");
      if (now.textContent !== then.textContent) {
        now.textContent = then.textContent;
        now.className = then.className;
      }
      for (const name of ["progress", "p.muted"]) {
        const old = part.querySelector(name);
        const made = next.querySelector(name);
        if (old && made) old.replaceWith(made);
        else if (made) part.append(made);
      }
    }

    function wait() {
      clearTimeout(timer);
      if (!document.hidden) timer = setTimeout(look, pause);
    }

    document.addEventListener("visibilitychange", () => {
      clearTimeout(timer);
      if (!document.hidden) look();
    });
    wait();
  }

  function count(form) {
    const said = form.querySelector("[data-selected]");
    const tell = () => {
      said.textContent = form.querySelectorAll("input[name=run]:checked").length + " selected";
    };
    form.addEventListener("change", tell);
    tell();
  }

  document.querySelectorAll("[data-poll]").forEach(follow);
  document.querySelectorAll("[data-selecting]").forEach((form) => form.querySelector("[data-selected]") && count(form));
  document.querySelectorAll("[data-retry]").forEach(
    (part) => setTimeout(() => location.reload(), Number(part.dataset.retry) * 1000));
  const problem = document.querySelector("[role=alert]");
  if (problem) {
    problem.tabIndex = -1;
    problem.focus();
  }
})();
