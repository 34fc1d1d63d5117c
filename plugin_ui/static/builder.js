/* The builder shows whom a rule means while it is written; without this script its buttons do the same. */
"use strict";

(() => {
  const form = document.getElementById("builder");
  if (!form || !window.fetch || !window.DOMParser) return;
  let waiting = 0;
  let asked = 0;

  const refresh = async (wish) => {
    const mine = ++asked;
    const body = new URLSearchParams(new FormData(form));
    body.set("do", wish);
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
    const text = await answer.text();
    if (mine !== asked || !answer.ok) return;
    show(new DOMParser().parseFromString(text, "text/html"), wish);
    if (answer.redirected) history.replaceState(null, "", answer.url);
  };

  const show = (page, wish) => {
    const focused = document.activeElement ? document.activeElement.id : "";
    const open = new Map([...form.querySelectorAll("details[id]")].map((each) => [each.id, each.open]));
    for (const part of form.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (fresh) part.replaceWith(document.adoptNode(fresh));
    }
    form.elements.rule.value = page.querySelector("input[name=rule]").value;
    for (const each of form.querySelectorAll("details[id]")) {
      if (wish === form.dataset.update && open.has(each.id)) each.open = open.get(each.id) || each.open;
    }
    prepare();
    const again = focused && document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
  };

  const prepare = () => {
    for (const place of form.querySelectorAll(".fact-search")) {
      place.hidden = false;
      place.querySelector("input").addEventListener("input", (event) => search(place, event.target.value));
    }
  };

  const search = (place, words) => {
    const wanted = words.trim().toLowerCase();
    for (const section of place.parentElement.querySelectorAll("section")) {
      const buttons = [...section.querySelectorAll("button")];
      for (const button of buttons) button.hidden = !button.textContent.toLowerCase().includes(wanted);
      section.hidden = buttons.every((button) => button.hidden);
    }
  };

  const changed = (event) => {
    if (event.target.closest(".fact-search") || !event.target.closest("[data-part=rule]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => refresh(form.dataset.update), event.target.type === "text" ? 500 : 150);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.closest(".fact-search")) event.preventDefault();
  });

  prepare();
})();
