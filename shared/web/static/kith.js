// Small comforts of the design system (focus, double-tap guard) and the quick way out. Every page works without them.
import { initAll } from "/assets/nhsuk.min.js";
import { initExit } from "/assets/exit-page.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();
document.querySelectorAll("[data-kith-exit]").forEach(initExit);
