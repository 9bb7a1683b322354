// Sets the colour scheme before the first paint, so that a dark screen never flashes white. A file of its own
// because the page's content policy allows no inline script.
(() => {
  const stored = localStorage.getItem("godown.scheme");
  const dark = stored === "dark" || (stored !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
