// Leaves the page at once: covers it first, and takes it out of the way back. Shift three times does the same.
const WITHIN = 5000; // milliseconds

export function initExit(box) {
  const link = box.querySelector("a");
  const words = box.querySelector("[data-kith-exit-words]");
  let presses = 0;
  let forget;

  const leave = () => {
    document.body.classList.add("kith-covered");
    document.title = "…";
    window.location.replace(link.href);
  };
  const startAgain = () => {
    presses = 0;
    words.textContent = "";
  };

  document.querySelectorAll("[data-kith-exit-link]").forEach((each) => {
    each.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") {
      if (presses) startAgain();
      return;
    }
    clearTimeout(forget);
    presses += 1;
    if (presses === 3) {
      leave();
      return;
    }
    words.textContent = presses === 1 ? box.dataset.once : box.dataset.twice;
    forget = setTimeout(startAgain, WITHIN);
  });
  // Whoever comes back by the browser's cache sees the page again.
  window.addEventListener("pageshow", () => document.body.classList.remove("kith-covered"));
}
