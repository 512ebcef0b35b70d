import { find, on } from "./dom";
import { announce } from "./live";
import { say } from "./words";
import { toast } from "./toast";

async function copy(text: string, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return selectInstead(button);
  }
  const label = find("[data-copy-label]", button);
  if (!label) return toast(say("copied"));
  const before = label.textContent;
  label.textContent = say("copied");
  announce(say("copied"));
  setTimeout(() => (label.textContent = before), 1600);
}

/** Where the clipboard is closed to pages: mark the text, the person copies it. */
function selectInstead(button: HTMLElement): void {
  const source = find(button.dataset["copy"] ?? "");
  if (source instanceof HTMLInputElement) return source.select();
  if (source) getSelection()?.selectAllChildren(source);
}

function textOf(selector: string): string {
  const source = find(selector);
  if (source instanceof HTMLInputElement) return source.value;
  return source?.dataset["value"] ?? source?.textContent ?? "";
}

on("click", "[data-copy]", (button) => void copy(textOf(button.dataset["copy"] ?? ""), button));
on("click", "[data-copy-url]", (button) => void copy(new URL(button.dataset["copyUrl"] ?? "", location.href).href, button));
on("click", "[data-save-text]", (button) => {
  const link = document.createElement("a");
  link.href = `data:text/plain;charset=utf-8,${encodeURIComponent(`${textOf(button.dataset["saveText"] ?? "")}\n`)}`;
  link.download = button.dataset["file"] ?? "trackhold.txt";
  link.click();
});
on("click", "[data-print]", () => print());
