// How the desk looks: light unless the clerk, or the system's wish for more contrast, says otherwise.
export const themes = ["light", "dark", "contrast"] as const;
export type Theme = (typeof themes)[number];

const STORED = "ventanilla-theme";

export function theme(): Theme {
  const stored = localStorage.getItem(STORED);
  const known = themes.find((one) => one === stored);
  if (known) return known;
  return window.matchMedia?.("(prefers-contrast: more)").matches ? "contrast" : "light";
}

export function applyTheme(chosen?: Theme): void {
  if (chosen) localStorage.setItem(STORED, chosen);
  document.documentElement.dataset.theme = theme();
}
