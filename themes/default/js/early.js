// Before the page is painted: the mode that was chosen, so that nothing flashes.
(function () {
  "use strict";
  try {
    const mode = localStorage.getItem("runpress.theme");
    if (mode === "light" || mode === "dark") document.documentElement.dataset.theme = mode;
  } catch {
    // Storage may be forbidden; then the system's mode applies.
  }
})();
