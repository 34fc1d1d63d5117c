// Searches while somebody types; without this script the button and Enter do the same.
(() => {
  const form = document.querySelector("form[data-live]");
  const place = form && document.getElementById(form.dataset.live);
  if (!place) return;
  const waitMilliseconds = 200;
  let timer, running;

  const address = () => {
    const asked = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...asked]) if (!value || (name === "sort" && value === "name")) asked.delete(name);
    const query = asked.toString();
    return form.action.split("?")[0] + (query ? `?${query}` : "");
  };

  const search = async () => {
    running?.abort();
    running = new AbortController();
    const to = address();
    try {
      const answer = await fetch(to, { headers: { "X-Part": "found" }, signal: running.signal });
      if (!answer.ok || answer.redirected) return location.assign(to);
      place.innerHTML = await answer.text();
      history.replaceState(null, "", to);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(to);
    }
  };

  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.target.type === "search" && event.target.value.trim().length === 1) return; // too little to go by
    timer = setTimeout(search, event.target.type === "search" ? waitMilliseconds : 0);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
})();
