// Runs before anything is painted: the appearance chosen last time, so that the page does not flash.
try {
  const theme = localStorage.getItem("vitale-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* no storage on this page: the system's appearance stands */ }
