import { find, on } from "./dom";
import { say } from "./words";

/** Asks before something is destroyed; the question names the thing. */
export function confirmFirst(title: string, text = "", yes = say("delete")): Promise<boolean> {
  const dialog = find<HTMLDialogElement>("#confirm");
  if (!dialog) return Promise.resolve(window.confirm(title));
  const set = (selector: string, value: string) => {
    const element = find(selector, dialog);
    if (element) {
      element.textContent = value;
      element.hidden = value === "";
    }
  };
  set("#confirm-title", title);
  set("#confirm-text", text);
  set("#confirm-yes", yes);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

interface Question {
  ctx: { confirm: string };
  issueRequest(): void;
  dropRequest(): void;
}

document.addEventListener("htmx:confirm", (event: Event) => {
  const detail = (event as CustomEvent<unknown>).detail as Question;
  if (!detail.ctx.confirm) return;
  event.preventDefault();
  void confirmFirst(detail.ctx.confirm).then((yes) => (yes ? detail.issueRequest() : detail.dropRequest()));
});

const agreed = new WeakSet<HTMLElement>();
on("submit", "form[data-confirm]", (form, event) => {
  if (agreed.has(form)) return;
  event.preventDefault();
  const { confirm = "", confirmText = "", confirmYes = "" } = form.dataset;
  void confirmFirst(confirm, confirmText, confirmYes).then((yes) => {
    if (!yes) return;
    agreed.add(form);
    (form as HTMLFormElement).requestSubmit();
  });
});
