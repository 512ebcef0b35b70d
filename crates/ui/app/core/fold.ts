import { on, setCookie } from "./dom";

/** Folds the sidebar to icons, or opens it. */
export function foldSide(): void {
  const folded = document.body.classList.toggle("folded");
  setCookie("side", folded ? "folded" : "");
}

on("click", "[data-fold-side]", foldSide);
