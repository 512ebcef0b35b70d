import { all, find, on } from "../core/dom";
import { placeAt } from "../core/float";
import { applyInto } from "../core/htmx";
import { lost } from "../core/offline";
import { refuse } from "../core/refuse";
import { ask, request } from "../core/request";

const picker = find("#picker");
let anchor: HTMLElement | null = null;

/** Opens what one can choose for a field of an item, at a button or a card. */
export async function openPicker(url: string, at: HTMLElement): Promise<void> {
  if (!picker) return;
  anchor = at;
  picker.innerHTML = '<div class="skeleton-rows" aria-hidden="true"><span></span><span></span><span></span></div>';
  if (!picker.matches(":popover-open")) picker.showPopover();
  placeAt(picker, at);
  at.setAttribute("aria-expanded", "true");
  const answer = await ask(request("GET", url));
  if (answer.kind !== "ok") {
    picker.hidePopover();
    if (answer.kind === "refused") refuse(answer.problem, null, () => void openPicker(url, at));
    else lost();
    return;
  }
  if (!picker.matches(":popover-open") || anchor !== at) return;
  await applyInto(picker, answer.text);
  placeAt(picker, at);
  const first = find("[data-pick-search], [autofocus]", picker) ?? find('[aria-checked="true"]', picker) ?? find(".menu-item", picker);
  first?.focus();
}

picker?.addEventListener("toggle", (event) => {
  if ((event as ToggleEvent).newState !== "closed") return;
  anchor?.setAttribute("aria-expanded", "false");
  if (anchor?.isConnected && (document.activeElement === document.body || picker.contains(document.activeElement))) {
    (anchor.matches("button, a") ? anchor : find("a", anchor))?.focus();
  }
});

on("click", "[data-pick]", (button) => void openPicker(button.dataset["pick"] ?? "", button));

/** Narrows the options while typing; offers to make a label that is not there. */
on("input", "[data-pick-search]", (input) => {
  const typed = (input as HTMLInputElement).value.trim();
  const form = input.closest("form");
  if (!form) return;
  let exact = false;
  for (const option of all("[data-option]", form)) {
    const name = option.dataset["option"] ?? "";
    option.hidden = !name.toLocaleLowerCase().includes(typed.toLocaleLowerCase());
    exact ||= name.toLocaleLowerCase() === typed.toLocaleLowerCase();
  }
  const create = find<HTMLButtonElement>("[data-pick-create]", form);
  if (!create) return;
  create.hidden = !typed || exact;
  create.value = typed;
  const name = find("[data-pick-create-name]", create);
  if (name) name.textContent = typed;
});
on("keydown", "[data-pick-search]", (input, event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  const form = input.closest("form");
  const first = form && (find<HTMLButtonElement>("[data-option]:not([hidden])", form) ?? find<HTMLButtonElement>("[data-pick-create]:not([hidden])", form));
  if (first) form.requestSubmit(first);
});

/** Shows the choice before the server has answered; its answer then draws it for good. */
on("submit", ".pick", (form, event) => {
  const option = (event as SubmitEvent).submitter;
  if (!(option instanceof HTMLButtonElement)) return;
  if (option.getAttribute("role") === "menuitemcheckbox") {
    const turnedOn = option.getAttribute("aria-checked") !== "true";
    setTimeout(() => {
      option.setAttribute("aria-checked", String(turnedOn));
      option.name = turnedOn ? "remove" : "add";
    });
    return;
  }
  if (option.matches("[data-pick-create]")) {
    setTimeout(() => form.closest<HTMLElement>("[popover]")?.hidePopover());
    return;
  }
  const name = find(".choice-name", anchor ?? document.body);
  if (anchor && name && anchor.contains(name)) {
    name.textContent = option.dataset["option"] ?? "";
    const use = find(".choice use", anchor);
    const chosen = find(".choice use", option);
    if (use && chosen) use.setAttribute("href", chosen.getAttribute("href") ?? "");
  }
});

on("click", "[data-due-in]", (button) => {
  const form = button.closest("form");
  const due = form && find<HTMLInputElement>("[name=due_on]", form);
  if (!due) return;
  const date = new Date();
  date.setDate(date.getDate() + Number(button.dataset["dueIn"]));
  due.value = `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
  form.requestSubmit();
});
on("click", "[data-dates-clear]", (button) => {
  const form = button.closest("form");
  if (!form) return;
  for (const input of all<HTMLInputElement>("input[type=date]", form)) input.value = "";
  form.requestSubmit();
});
