import { find, on } from "./dom";
import { ask, request } from "./request";
import { say } from "./words";
import { showFieldError } from "./refuse";

let waiting: (() => void) | null = null;

/** Asks for the password, then does again what the server refused without it. */
export function askSudo(retry: () => void): void {
  const dialog = find<HTMLDialogElement>("#sudo");
  if (!dialog) return location.assign(`/sudo?next=${encodeURIComponent(location.pathname)}`);
  waiting = retry;
  if (!dialog.open) dialog.showModal();
}

on("submit", "[data-sudo]", (form, event) => {
  event.preventDefault();
  void confirm(form as HTMLFormElement);
});

async function confirm(form: HTMLFormElement): Promise<void> {
  const field = find<HTMLInputElement>("[name=password]", form);
  if (!field) return;
  const answer = await ask(request("POST", "/sudo", { password: field.value }));
  if (answer.kind === "ok") {
    form.reset();
    find<HTMLDialogElement>("#sudo")?.close();
    waiting?.();
    waiting = null;
  } else if (answer.kind === "refused") {
    showFieldError(field, answer.problem.errors?.[0]?.detail ?? answer.problem.detail ?? say("sudo-wrong"));
    field.select();
  } else {
    showFieldError(field, say("offline"));
  }
}
