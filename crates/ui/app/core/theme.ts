import { all, on, setCookie } from "./dom";

export type Theme = "" | "light" | "dark";

export function currentTheme(): Theme {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : "";
}

/** Empty follows the system. The cookie lets the server draw the next page right from the start. */
export function setTheme(theme: Theme): void {
  if (theme) document.documentElement.dataset["theme"] = theme;
  else delete document.documentElement.dataset["theme"];
  setCookie("theme", theme);
  markTheme();
}

export function markTheme(): void {
  const theme = currentTheme();
  for (const button of all("[data-theme-set]")) button.setAttribute("aria-pressed", String(button.dataset["themeSet"] === theme));
}

on("click", "[data-theme-set]", (button) => setTheme((button.dataset["themeSet"] ?? "") as Theme));
