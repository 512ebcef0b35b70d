/** What scripts say stands in the page, from the catalogue on the server. */
const words = document.getElementById("words")?.dataset ?? {};

/** The word of that key, with `%` replaced by the argument. */
export function say(key: string, argument?: string | number): string {
  const camel = key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const text = words[camel] ?? key;
  return argument === undefined ? text : text.replace("%", String(argument));
}

export function count(key: string, n: number): string {
  return say(n === 1 ? `${key}-one` : `${key}-many`, n);
}
