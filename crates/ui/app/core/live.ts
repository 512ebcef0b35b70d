/** Says something to screen readers, once. */
export function announce(text: string): void {
  const region = document.getElementById("live");
  if (!region) return;
  region.textContent = "";
  // A new task, so that the same words twice are heard twice.
  setTimeout(() => (region.textContent = text), 50);
}
