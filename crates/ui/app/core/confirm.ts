import { find } from "./dom";
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
  ctx: { confirm: string; sourceElement: HTMLElement };
  issueRequest(): void;
  dropRequest(): void;
}

document.addEventListener("htmx:confirm", (event: Event) => {
  const detail = (event as CustomEvent<unknown>).detail as Question;
  if (!detail.ctx.confirm) return;
  event.preventDefault();
  const { confirmText, confirmYes } = detail.ctx.sourceElement.dataset;
  void confirmFirst(detail.ctx.confirm, confirmText, confirmYes).then((yes) => (yes ? detail.issueRequest() : detail.dropRequest()));
});
