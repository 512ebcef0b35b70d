import { all, find, icon, make, on } from "../core/dom";
import { foldSide } from "../core/fold";
import { ask, request } from "../core/request";
import { setTheme } from "../core/theme";
import { say } from "../core/words";
import { openHelp } from "./keys";

interface Command {
  name: string;
  icon: string;
  run: () => void;
}

const TYPING_MS = 120;
const dialog = find<HTMLDialogElement>("#palette");
const input = find<HTMLInputElement>("#palette-input");
const list = find("#palette-list");
let timer = 0;
let asked = 0;

export function openPalette(): void {
  if (!dialog || !input || dialog.open) return;
  input.value = "";
  dialog.showModal();
  draw("");
}

/** Where one can go, read from the sidebar and the tabs, so that it never lies. */
function places(): Command[] {
  return all<HTMLAnchorElement>(".side a[href], .tabs a[href]")
    .filter((link) => link.getAttribute("href")?.startsWith("/"))
    .map((link) => ({
      name: nameOf(link),
      icon: link.querySelector("use")?.getAttribute("href")?.split("#")[1] ?? "folder",
      run: () => link.click(),
    }))
    .filter((command) => command.name);
}

/** A board carries its project's name; a tab leaves its count out. */
function nameOf(link: HTMLAnchorElement): string {
  const text = find(".side-text", link)?.textContent ?? [...link.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim())?.nodeValue;
  const project = link.closest(".side-sub")?.parentElement?.querySelector(":scope > .side-link .side-text")?.textContent;
  const name = text?.trim() || link.getAttribute("aria-label") || "";
  return project ? `${project.trim()} / ${name}` : name;
}

function actions(): Command[] {
  const commands: Command[] = [];
  const create = find("[data-new-item]");
  if (create) commands.push({ name: say("new-item"), icon: "plus", run: () => create.click() });
  commands.push(
    { name: say("theme-light"), icon: "sun", run: () => setTheme("light") },
    { name: say("theme-dark"), icon: "moon", run: () => setTheme("dark") },
    { name: say("theme-system"), icon: "monitor", run: () => setTheme("") },
    { name: say("fold"), icon: "panel-left", run: foldSide },
    { name: say("keys"), icon: "keyboard", run: openHelp },
  );
  const out = find<HTMLFormElement>('form[action="/logout"]');
  if (out) commands.push({ name: say("sign-out"), icon: "log-out", run: () => out.requestSubmit() });
  return commands;
}

function draw(typed: string): void {
  if (!list) return;
  const matches = (command: Command): boolean => command.name.toLocaleLowerCase().includes(typed.toLocaleLowerCase());
  const found = [section(say("palette-go"), places().filter(matches)), section(say("palette-do"), actions().filter(matches))];
  list.replaceChildren(...found.flat());
  settle();
}

function section(name: string, commands: Command[]): HTMLElement[] {
  if (!commands.length) return [];
  const head = make("div", "palette-head", name);
  head.setAttribute("role", "presentation");
  return [head, ...commands.map(option)];
}

function option(command: Command): HTMLElement {
  const row = make("div", "palette-item");
  row.setAttribute("role", "option");
  row.append(icon(command.icon), make("span", "palette-name", command.name));
  row.addEventListener("click", () => {
    dialog?.close();
    command.run();
  });
  return row;
}

function options(): HTMLElement[] {
  return list ? all('[role="option"]', list) : [];
}

function settle(): void {
  const rows = options();
  rows.forEach((row, index) => (row.id = `palette-${index}`));
  choose(0);
  const none = find("#palette-none");
  if (none) none.hidden = rows.length > 0;
}

function choose(index: number): void {
  const rows = options();
  rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
  rows[index]?.scrollIntoView({ block: "nearest" });
  if (rows[index]) input?.setAttribute("aria-activedescendant", rows[index].id);
  else input?.removeAttribute("aria-activedescendant");
}

async function search(typed: string): Promise<void> {
  const mine = ++asked;
  const answer = await ask(request("GET", `/search?q=${encodeURIComponent(typed)}`));
  if (mine !== asked || answer.kind !== "ok" || !list) return;
  // Parsed apart from the page; only the rows are taken over.
  const rows = all("[data-hit]", new DOMParser().parseFromString(answer.text, "text/html"));
  if (!rows.length) return;
  const head = make("div", "palette-head", say("palette-items"));
  head.setAttribute("role", "presentation");
  list.prepend(head, ...rows);
  settle();
}

on("click", "[data-palette-open]", openPalette);
input?.addEventListener("input", () => {
  const typed = input.value.trim();
  draw(typed);
  clearTimeout(timer);
  asked += 1;
  if (typed.length > 1) timer = window.setTimeout(() => void search(typed), TYPING_MS);
});
input?.addEventListener("keydown", (event) => {
  const rows = options();
  const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose((at + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % Math.max(1, rows.length));
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    rows[at]?.click();
  }
});
list?.addEventListener("pointermove", (event) => {
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="option"]') : null;
  if (row && row.getAttribute("aria-selected") !== "true") choose(options().indexOf(row));
});
