// Small comforts of the design system (focus, double-tap guard). Every page works without them.
import { initAll } from "/assets/nhsuk.min.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();
