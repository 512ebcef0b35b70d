import { find, make } from "./dom";
import type { Problem } from "./request";
import { say } from "./words";
import { toast } from "./toast";
import { askSudo } from "./sudo";

/**
 * Says what the server refused and why, where it belongs: beside the field, in a dialog, in a toast.
 * `retry` does the same again, once what was missing is given.
 */
export function refuse(problem: Problem, source: HTMLElement | null, retry: () => void): void {
  if (problem.code === "sudo_required") return askSudo(retry);
  if (problem.code === "workspace_changed") return showStale();
  if (problem.status === 401) {
    const address = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
    return toast(say("signed-out"), { error: true, action: { name: say("sign-in"), run: () => window.open(address, "_blank", "noopener") } });
  }
  if (problem.status === 422 && source && besideFields(problem, source)) return;
  toast(sentence(problem), problem.status >= 500 ? { error: true, action: { name: say("retry"), run: retry } } : { error: true });
}

export function sentence(problem: Problem): string {
  if (problem.status >= 500 || problem.status === 0) return say("failed", problem.request_id ?? "");
  if (problem.status === 429) return say("too-many", problem.retryAfter ?? 60);
  if (problem.status === 404) return say("gone");
  if (problem.status === 409 || problem.status === 412) return problem.detail ?? say("conflict");
  const first = problem.errors?.[0]?.detail;
  return first ?? problem.detail ?? (problem.status === 403 ? say("forbidden") : say("refused", problem.title ?? problem.status));
}

function showStale(): void {
  const dialog = find<HTMLDialogElement>("#stale");
  const here = dialog && find<HTMLInputElement>("[data-current-url]", dialog);
  if (here) here.value = location.pathname + location.search;
  if (dialog && !dialog.open) dialog.showModal();
}

/** True when every error found its field. */
function besideFields(problem: Problem, source: HTMLElement): boolean {
  const scope = source.closest("form") ?? source;
  const errors = problem.errors ?? [];
  let placed = 0;
  for (const error of errors) {
    const field = find<HTMLInputElement>(`[name="${CSS.escape(error.pointer.replace(/^\//, ""))}"]:not([type="hidden"], button)`, scope);
    if (!field || field.closest(".quick, .pick") || !scope.matches("form")) continue;
    showFieldError(field, error.detail);
    placed += 1;
  }
  return errors.length > 0 && placed === errors.length;
}

export function showFieldError(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  const id = `${field.id || field.name}-error`;
  const message = document.getElementById(id) ?? make("p", "field-error");
  message.id = id;
  message.hidden = false;
  message.setAttribute("role", "alert");
  message.textContent = text;
  if (!message.isConnected) (field.closest(".input-group") ?? field).after(message);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  field.focus();
  field.addEventListener(
    "input",
    () => {
      field.removeAttribute("aria-invalid");
      message.hidden = true;
    },
    { once: true },
  );
}
