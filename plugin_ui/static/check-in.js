// Ticks without loading the page anew, and finds names while they are typed. Without it the buttons send the form.
(() => {
  const form = document.getElementById("ticks");
  const field = document.getElementById("q");
  const came = document.getElementById("came");
  if (!form || !field || !came) return;

  function show(button, isHere) {
    const row = button.closest("li");
    row.classList.toggle("here", isHere);
    button.name = isHere ? "not_came" : "came";
    button.setAttribute("aria-pressed", String(isHere));
    button.classList.toggle("btn-primary", isHere);
    button.classList.toggle("btn-outline-secondary", !isHere);
    button.querySelector(".word").textContent = isHere ? button.dataset.on : button.dataset.off;
    came.dataset.count = Number(came.dataset.count) + (isHere ? 1 : -1);
    came.textContent = came.dataset.template.replace("#", came.dataset.count);
  }

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || !button.value) return;
    event.preventDefault();
    const wanted = button.name === "came";
    const body = new FormData(form);
    body.set(button.name, button.value);
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok || !answer.headers.get("Content-Type").startsWith("application/json")) throw new Error(answer.status);
      await answer.json();
      show(button, wanted);
    } catch {
      window.location.reload(); // signed out, or somebody changed the list: the page tells
    } finally {
      button.disabled = false;
      button.focus();
    }
  });

  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of form.querySelectorAll("li")) {
      row.hidden = !words.every((word) => row.dataset.find.includes(word));
    }
  });
})();
