import { find, make, on } from "../core/dom";
import { send } from "../core/send";

type Field = HTMLInputElement | HTMLTextAreaElement;

function isField(target: EventTarget | null): target is Field {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/* Fields that are always there, such as an item's title: Enter or leaving saves, Escape takes back. */

async function save(field: Field): Promise<void> {
  const value = field.value.trim();
  const url = field.dataset["save"];
  if (!url || value === field.defaultValue) return;
  if (!value) {
    field.value = field.defaultValue;
    return;
  }
  const before = field.defaultValue;
  field.defaultValue = value;
  mirrorTitle(field, value);
  const sent = await send(url, { [field.name]: value }, { source: field });
  if (sent === "refused") {
    field.defaultValue = before;
    mirrorTitle(field, before);
    // What was typed stays, marked as not saved; the toast says why.
    field.value = value;
    field.setAttribute("aria-invalid", "true");
    field.addEventListener("input", () => field.removeAttribute("aria-invalid"), { once: true });
  }
}

/** The card shows the new title at once. */
function mirrorTitle(field: Field, title: string): void {
  const id = field.closest<HTMLElement>("[data-item]")?.dataset["item"];
  if (field.name !== "title" || !id) return;
  for (const link of [find(`#card-${id} .card-title`), find(`#row-${id} .row-link`)]) if (link) link.textContent = title;
}

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!isField(field) || !field.dataset["save"] || event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    field.blur();
  } else if (event.key === "Escape") {
    event.preventDefault();
    field.value = field.defaultValue;
    field.blur();
  }
});
document.addEventListener("focusout", (event) => {
  if (isField(event.target) && event.target.dataset["save"]) void save(event.target);
});

/* Texts that turn into a field: group names, checklist titles and entries, titles in the table. */

/** Puts a field in the text's place until it is saved or taken back. */
function editInPlace(text: HTMLElement, url: string, name: string, className: string): void {
  if (text.hidden) return;
  const before = text.textContent?.trim() ?? "";
  const field = make("input", className);
  field.value = before;
  field.setAttribute("aria-label", before);
  text.hidden = true;
  text.after(field);
  // An answer that comes meanwhile leaves this place alone.
  const holder = text.parentElement;
  holder?.setAttribute("hx-morph-skip", "");
  field.focus();
  field.select();
  let over = false;
  const finish = (keep: boolean): void => {
    if (over) return;
    over = true;
    const value = field.value.trim();
    const hadFocus = document.activeElement === field;
    field.remove();
    text.hidden = false;
    holder?.removeAttribute("hx-morph-skip");
    if (hadFocus) (text.matches("a, button") ? text : text.closest<HTMLElement>("[tabindex]"))?.focus();
    if (!keep || !value || value === before) return;
    text.textContent = value;
    void send(url, { [name]: value }, { source: text, onRefused: () => (text.textContent = before) });
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    event.stopPropagation();
    if (event.key === "Enter") finish(true);
    if (event.key === "Escape") finish(false);
  });
  // Not within the event: it also comes while the field is being removed.
  field.addEventListener("blur", () => queueMicrotask(() => finish(true)));
}

export function startEdit(text: HTMLElement): void {
  const { edit, editName } = text.dataset;
  if (edit && editName) editInPlace(text, edit, editName, "inline-edit");
}

/** The title of a row. */
export function startCellEdit(row: HTMLElement): boolean {
  const cell = find("[data-edit-cell]", row);
  const link = cell && find(".row-link", cell);
  if (!cell || !link) return false;
  editInPlace(link, cell.dataset["editCell"] ?? "", "title", "cell-input");
  return true;
}

on("click", "[data-edit]", startEdit);
on("click", "[data-edit-start]", (button) => {
  const text = find(button.dataset["editStart"] ?? "");
  button.closest<HTMLElement>("[popover]")?.hidePopover();
  if (text) startEdit(text);
});
on("dblclick", "[data-edit-cell]", (cell) => {
  const row = cell.closest<HTMLElement>("[data-item]");
  if (row) startCellEdit(row);
});
