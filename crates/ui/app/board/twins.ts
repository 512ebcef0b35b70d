interface Task {
  fragment?: DocumentFragment;
  swapSpec?: { style?: string };
}

/** Before an answer is put in: items that are on the page already are not put in twice. */
export function dropTwins(event: Event): void {
  const tasks = (event as CustomEvent<{ tasks?: Task[] }>).detail.tasks ?? [];
  for (const { fragment, swapSpec } of tasks) {
    const adds = swapSpec?.style === "afterend" || swapSpec?.style === "beforebegin" || swapSpec?.style === "afterbegin" || swapSpec?.style === "outerHTML";
    if (!adds || !fragment) continue;
    for (const item of [...fragment.children]) {
      if (item.matches("[data-item]") && document.getElementById(item.id)) item.remove();
    }
  }
}
