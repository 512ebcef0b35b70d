import { all, meta, setCookie } from "./dom";

const language = readLanguage();
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
const zone = readZone();
const exact = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", ...zone });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", ...zone });
const dayAndYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", ...zone });

const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
const dateAndYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const wholeDate = new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" });

// So that the server knows which day it is here.
setCookie("zone", exact.resolvedOptions().timeZone);

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** The page's language as this person's browser writes it: `en` may be `en-GB` or `en-US`. */
function readLanguage(): string {
  const page = document.documentElement.lang || "en";
  return navigator.languages.find((name) => name === page || name.startsWith(`${page}-`)) ?? page;
}

function readZone(): { timeZone?: string } {
  const name = meta("time-zone");
  try {
    new Intl.DateTimeFormat(language, { timeZone: name });
    return name ? { timeZone: name } : {};
  } catch {
    return {};
  }
}

/** Shows moments relative to now, in the person's zone, with the exact one on hover. */
export function refreshTimes(): void {
  const now = Date.now();
  for (const element of all<HTMLTimeElement>("time[data-relative]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const text = wording(at, now);
    if (element.textContent !== text) element.textContent = text;
    element.title ||= exact.format(at);
  }
  for (const element of all<HTMLTimeElement>("time[data-date]")) {
    const at = new Date(`${element.dateTime}T00:00:00Z`);
    if (Number.isNaN(at.getTime())) continue;
    const text = (at.getUTCFullYear() === new Date(now).getFullYear() ? date : dateAndYear).format(at);
    if (element.textContent !== text) element.textContent = text;
    element.title ||= wholeDate.format(at);
  }
}

function wording(at: Date, now: number): string {
  const seconds = Math.round((at.getTime() - now) / 1000);
  const distance = Math.abs(seconds);
  if (distance < MINUTE) return relative.format(0, "second");
  if (distance < HOUR) return relative.format(Math.trunc(seconds / MINUTE), "minute");
  if (distance < DAY) return relative.format(Math.trunc(seconds / HOUR), "hour");
  if (distance < 7 * DAY) return relative.format(Math.trunc(seconds / DAY), "day");
  return at.getFullYear() === new Date(now).getFullYear() ? day.format(at) : dayAndYear.format(at);
}

setInterval(refreshTimes, 30_000);
