import { all, find, icon, on } from "./dom";

interface Action {
  name: string;
  run: () => void;
}

const STAYS_MS = 6000;
const MOST = 3;

export function toast(text: string, options: { error?: boolean; action?: Action } = {}): void {
  const template = document.getElementById("toast-template");
  const list = document.getElementById("toasts");
  if (!(template instanceof HTMLTemplateElement) || !list) return;
  const element = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
  element.setAttribute("role", options.error ? "alert" : "status");
  element.classList.toggle("is-error", options.error === true);
  find(".toast-icon", element)?.append(icon(options.error ? "triangle-alert" : "check"));
  const body = find(".toast-text", element);
  if (body) body.textContent = text;
  const button = find(".toast-action", element);
  if (button && options.action) {
    const { name, run } = options.action;
    button.textContent = name;
    button.hidden = false;
    button.addEventListener("click", () => {
      leave(element);
      run();
    });
  }
  list.append(element);
  tend();
}

function leave(element: HTMLElement): void {
  element.classList.add("is-leaving");
  setTimeout(() => element.remove(), 140);
}

/** Gives every toast its time, also those that the server sent; pointing at one keeps it. */
export function tend(): void {
  const toasts = all(".toast:not(.is-leaving)");
  toasts.slice(0, -MOST).forEach(leave);
  for (const element of toasts) {
    if (element.dataset["tended"]) continue;
    element.dataset["tended"] = "true";
    let timer = 0;
    const wait = () => (timer = window.setTimeout(() => leave(element), STAYS_MS));
    element.addEventListener("pointerenter", () => clearTimeout(timer));
    element.addEventListener("pointerleave", wait);
    element.addEventListener("focusin", () => clearTimeout(timer));
    element.addEventListener("focusout", wait);
    wait();
  }
}

on("click", ".toast-close", (button) => {
  const element = button.closest<HTMLElement>(".toast");
  if (element) leave(element);
});
on("submit", "[data-toast-undo]", (form) => {
  const element = form.closest<HTMLElement>(".toast");
  if (element) setTimeout(() => leave(element));
});
