interface Task {
  fragment?: DocumentFragment;
  swapSpec?: { style?: string };
}

const ADDS = new Set(["afterend", "beforebegin", "afterbegin", "beforeend", "outerHTML"]);

/** Before an answer is put in: items that are on the page already are not put in twice. */
export function dropTwins(event: Event): void {
  const tasks = (event as CustomEvent<{ tasks?: Task[] }>).detail.tasks ?? [];
  for (const { fragment, swapSpec } of tasks) {
    if (!ADDS.has(swapSpec?.style ?? "") || !fragment) continue;
    for (const item of [...fragment.children]) {
      if (item.matches("[data-item]") && document.getElementById(item.id)) item.remove();
    }
  }
}
