import { find, on } from "../core/dom";

/* Markdown shown and edited in one place: a click edits, leaving or Ctrl+Enter saves, Escape takes back. */

function parts(element: HTMLElement): { view: HTMLElement; form: HTMLFormElement; field: HTMLTextAreaElement } | null {
  const box = element.matches("[data-md]") ? element : element.closest<HTMLElement>("[data-md]");
  const view = box && find(".md-view", box);
  const form = box && find<HTMLFormElement>("[data-md-form]", box);
  const field = form && find<HTMLTextAreaElement>("textarea", form);
  return view && form && field ? { view, form, field } : null;
}

function edit(element: HTMLElement): void {
  const found = parts(element);
  if (!found || !found.form.hidden) return;
  found.view.hidden = true;
  found.form.hidden = false;
  // An answer that comes meanwhile leaves the text alone.
  found.form.closest("[data-md]")?.setAttribute("hx-morph-skip", "");
  found.field.focus();
  found.field.setSelectionRange(found.field.value.length, found.field.value.length);
}

function show(element: HTMLElement, takeBack: boolean): void {
  const found = parts(element);
  if (!found) return;
  if (takeBack) found.field.value = found.field.defaultValue;
  found.form.hidden = true;
  found.view.hidden = false;
  found.form.closest("[data-md]")?.removeAttribute("hx-morph-skip");
}

on("click", "[data-md-edit]", (button) => {
  const target = button.dataset["mdEdit"] ? find(button.dataset["mdEdit"]) : button;
  if (target) edit(target);
});
on("click", "[data-md-view]", (view, event) => {
  const chosen = getSelection();
  if (event.target instanceof Element && event.target.closest("a, button")) return;
  if (chosen && !chosen.isCollapsed) return;
  edit(view);
});
on("click", "[data-md-cancel]", (button) => show(button, true));
on("submit", "[data-md-form]", (form) => show(form, false));
on("trackhold:refused" as keyof DocumentEventMap, "[data-md-form]", (form) => edit(form));

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLTextAreaElement) || event.isComposing) return;
  const form = field.closest<HTMLFormElement>("[data-md-form], [data-composer]");
  if (!form) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (form.matches("[data-md-form]")) show(form, true);
    field.blur();
  }
});

/** Leaving the field for anything outside the form saves what was changed. */
document.addEventListener("focusout", (event) => {
  const form = event.target instanceof Element ? event.target.closest<HTMLFormElement>("[data-md-form]") : null;
  const next = event.relatedTarget;
  if (!form || form.hidden || (next instanceof Node && form.contains(next)) || !document.hasFocus()) return;
  const found = parts(form);
  if (!found || next === null) return;
  if (found.field.value !== found.field.defaultValue) form.requestSubmit();
  else show(form, false);
});
