import { all, find, icon, make, on } from "../core/dom";
import { onHtmx } from "../core/htmx";
import { announce } from "../core/live";
import { say } from "../core/words";

/* Small manners of forms. */

/** Empties a form whose content the server has taken. */
onHtmx("htmx:after:swap", (context) => {
  const form = context.sourceElement.closest<HTMLFormElement>("form[data-reset]");
  if (form) form.reset();
});

/** Quick add: the new card shows at once, and the field is free for the next. */
on("submit", "[data-quick]", (element) => {
  const form = element as HTMLFormElement;
  const field = find<HTMLInputElement>("[name=title]", form);
  const list = document.getElementById(`cards-${form.dataset["quick"] ?? ""}`);
  if (!field?.value.trim()) return;
  const title = field.value;
  const ghost = list && make("li", "card is-pending");
  ghost?.append(make("span", "card-title", title));
  const more = list && find(".more", list);
  if (ghost) list.insertBefore(ghost, more);
  list?.scrollTo({ top: list.scrollHeight });
  // The form is read in this very event; emptied right after it.
  setTimeout(() => (field.value = ""));
  const settle = (event: Event): void => {
    ghost?.remove();
    if (event.type === "trackhold:refused" && !field.value) field.value = title;
    form.removeEventListener("htmx:after:swap", settle);
    form.removeEventListener("trackhold:refused", settle);
    field.focus();
  };
  form.addEventListener("htmx:before:swap", () => ghost?.remove(), { once: true });
  form.addEventListener("htmx:after:swap", settle);
  form.addEventListener("trackhold:refused", settle);
});
on("keydown", ".quick-input", (field, event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  (field as HTMLInputElement).value = "";
  field.blur();
});

/** A box that is ticked before the server has answered. */
on("click", "[data-toggle]", (box) => {
  const on = box.getAttribute("aria-checked") !== "true";
  const show = (checked: boolean): void => {
    box.setAttribute("aria-checked", String(checked));
    box.closest(".entry")?.classList.toggle("is-done", checked);
  };
  show(on);
  box.addEventListener("trackhold:refused", () => show(!on), { once: true });
});

on("change", "form[data-submit-on-change]", (form) => (form as HTMLFormElement).requestSubmit());
on("trackhold:refused" as keyof DocumentEventMap, "form[data-submit-on-change]", (form) => (form as HTMLFormElement).reset());

/** A form in a popover whose content the server has taken: emptied and put away. */
onHtmx("htmx:after:swap", (context) => {
  const form = context.sourceElement.closest<HTMLFormElement>("form[data-done-hides]");
  form?.reset();
  form?.closest<HTMLElement>("[popover]")?.hidePopover();
});

on("click", "[data-reveal]", (button) => {
  const field = find<HTMLInputElement>(button.dataset["reveal"] ?? "");
  if (!field) return;
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
});

/** A project's key follows its name until somebody writes one. */
on("input", "[data-key-source]", (input) => {
  const key = find<HTMLInputElement>((input as HTMLInputElement).dataset["keySource"] ?? "");
  if (!key || key.dataset["written"]) return;
  const words = (input as HTMLInputElement).value.normalize("NFKD").replace(/[^A-Za-z0-9 ]/g, "").trim().split(/\s+/).filter(Boolean);
  const made = words.length > 1 ? words.map((word) => word[0]).join("") : (words[0] ?? "");
  key.value = made.replace(/^[0-9]+/, "").slice(0, words.length > 1 ? 5 : 4).toUpperCase();
});
on("input", "#project-key", (input) => (input.dataset["written"] = "true"));

/* The filter. */

on("click", "[data-filter-clear]", (button) => {
  const form = button.closest("form");
  if (!form) return;
  for (const box of all<HTMLInputElement>("input[type=checkbox]", form)) box.checked = false;
  const typed = find<HTMLInputElement>("input[type=search]", form);
  if (typed) typed.value = "";
  form.requestSubmit();
});
on("input", "#filter", (form) => {
  const active = all<HTMLInputElement>("input[type=checkbox]:checked", form).length;
  const badge = find("#filter-active");
  if (badge) {
    badge.textContent = String(active);
    badge.hidden = active === 0;
  }
});
/** The address keeps the filter, so that it can be sent and comes back on reload. */
onHtmx("htmx:after:swap", (context) => {
  const form = context.sourceElement;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-address]")) return;
  const counts = all("#view [data-count]").map((badge) => Number(badge.dataset["count"]));
  announce(say("shown", counts.reduce((sum, one) => sum + one, 0)));
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && value) fields.append(name, value);
  const query = fields.toString();
  const path = form.getAttribute("action") ?? location.pathname;
  if (!(history.state as { panel?: string } | null)?.panel) history.replaceState(history.state, "", query ? `${path}?${query}` : path);
});
on("keydown", "#filter-q", (input, event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  const field = input as HTMLInputElement;
  if (field.value) {
    field.value = "";
    field.form?.requestSubmit();
  } else field.blur();
});

/* The file of an import. */

on("change", ".drop-input", (input) => {
  const file = (input as HTMLInputElement).files?.[0];
  const box = input.closest("[data-drop]");
  const text = box && find("[data-drop-name]", box);
  if (!file || !text) return;
  box.classList.add("is-filled");
  text.textContent = `${file.name} · ${new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }).format(Math.max(1, file.size / 1024))}`;
});
for (const [type, over] of [["dragenter", true], ["dragleave", false], ["drop", false]] as const) {
  on(type, "[data-drop]", (box) => box.classList.toggle("is-over", over));
}

/** What a page wants once it is there. */
export function prepareForms(): void {
  for (const popover of all("[data-open-now]")) popover.showPopover();
  find("[aria-invalid=\"true\"]")?.focus();
  const zones = find("#zones");
  if (zones && !zones.childElementCount) {
    for (const name of Intl.supportedValuesOf("timeZone")) {
      const option = make("option");
      option.value = name;
      zones.append(option);
    }
  }
  for (const holder of all(".toast-icon:empty")) holder.append(icon("check"));
}

/** Where the browser does not grow text fields by itself. */
export function growFields(): void {
  if (CSS.supports("field-sizing", "content")) return;
  for (const field of all<HTMLTextAreaElement>("textarea[data-autosize]")) {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }
}
on("input", "textarea[data-autosize]", growFields);
