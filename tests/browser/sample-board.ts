/** A board as Trello exports it, made up: a workshop that gets a new web shop. */

interface Plan {
  title: string;
  labels?: number[];
  people?: number[];
  /** Days from today. */
  due?: number;
  text?: string;
  /** Entries of a checklist; a leading `*` is ticked. */
  list?: [string, ...string[]];
  comments?: [person: number, text: string][];
  link?: [name: string, url: string];
  closed?: true;
}

const LABELS: [name: string, color: string][] = [
  ["Shop", "green"],
  ["Print", "purple"],
  ["Bug", "red"],
  ["Texts", "blue"],
  ["Later", "yellow"],
];
const TEAMS = ["Web team", "Print shop", "Front desk", "Warehouse"];

const LISTS: [name: string, cards: Plan[]][] = [
  ["Ideas", [
    { title: "Gift cards that one can print at home", labels: [0, 1] },
    { title: "Ask the warehouse which boxes sell out first", people: [3], comments: [[3, "Boxes 4 and 7, every December."]] },
    { title: "A page for schools", labels: [3, 4] },
    { title: "Opening hours on the map", labels: [4], people: [2] },
  ]],
  ["Next", [
    { title: "Write the text for returns and refunds", labels: [3], people: [2], due: 6, list: ["Text", "What the law asks for", "How long, and who pays the post", "A form to print"] },
    { title: "Photographs of the new paper samples", labels: [1], people: [1], due: 9 },
    { title: "Postage by weight", labels: [0], people: [0, 3], due: 12, comments: [[0, "The table is in the shared folder."], [3, "Over 10 kg goes by van."]] },
    { title: "Let people order without an account", labels: [0], people: [0] },
    { title: "Price list as a file", labels: [3], link: ["Price list", "https://files.example.org/prices.csv"] },
  ]],
  ["Doing", [
    {
      title: "Move the shop to the new checkout",
      labels: [0],
      people: [0, 2],
      due: 2,
      text: "The old checkout loses the basket when the session ends. The new one keeps it for **30 days**.\n\n1. Copy the baskets over night\n2. Show both for a week\n3. Switch the old one off\n\nWhat counts as done: `GET /basket` answers the same on both.",
      list: ["Steps", "*Copy of the baskets runs every night", "*Prices and taxes agree to the cent", "*Receipt by e-mail", "Vouchers", "Switch the links over"],
      comments: [[2, "Two customers asked for vouchers already this morning."], [0, "Vouchers are next. The copy ran **without an error** for three nights."]],
      link: ["Plan of the move", "https://docs.example.org/checkout"],
    },
    { title: "Autumn catalogue, second proof", labels: [1], people: [1], due: -1, list: ["Pages", "*Cover", "*Index", "Back page"] },
    { title: "Search finds words without accents", labels: [0, 2], people: [0], comments: [[0, "Reproduced with two words of the list."]] },
  ]],
  ["Review", [
    { title: "Receipt shows the wrong tax for gift cards", labels: [2], people: [0], due: 1, list: ["Cases", "*One rate", "*Two rates", "*Abroad"] },
    { title: "Texts of the front page", labels: [3], people: [2, 1], comments: [[1, "Shorter, please."]] },
  ]],
  ["Done", [
    { title: "Backups are restored once a month", people: [0], list: ["Check", "*Restored", "*Compared"] },
    { title: "New logo on boxes and bags", labels: [1], people: [1, 3] },
    { title: "Stock counts come from the warehouse every hour", labels: [0], people: [3] },
    { title: "Old newsletter list deleted", labels: [3], people: [2] },
    { title: "Window display for the summer", closed: true },
  ]],
];

let counter = 0;
function id(): string {
  counter += 1;
  return `660000000000000000${counter.toString(16).padStart(6, "0")}`;
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

export function workshopBoard(): object {
  counter = 0;
  const members = TEAMS.map((fullName) => ({ id: id(), fullName, username: fullName.toLowerCase().replace(" ", "") }));
  const labels = LABELS.map(([name, color]) => ({ id: id(), name, color }));
  const board = { id: id(), name: "Web shop" };
  const parts = { lists: [] as object[], cards: [] as object[], checklists: [] as object[], actions: [] as object[] };
  LISTS.forEach(([name, plans], at) => {
    const list = { id: id(), name, closed: false, pos: at + 1 };
    parts.lists.push(list);
    plans.forEach((plan, pos) => card(plan, pos + 1, list, { ...parts, members, labels }));
  });
  return { ...board, desc: "", closed: false, members, labels, ...parts };
}

interface Parts {
  cards: object[];
  checklists: object[];
  actions: object[];
  members: { id: string; fullName: string }[];
  labels: { id: string }[];
}

function card(plan: Plan, pos: number, list: { id: string; name: string }, parts: Parts): void {
  const pick = (from: { id: string }[], which: number[] = []) => which.map((at) => from[at]?.id);
  const me = { id: id(), name: plan.title, idShort: parts.cards.length + 1 };
  parts.cards.push({
    ...me,
    desc: plan.text ?? "",
    closed: plan.closed ?? false,
    due: plan.due === undefined ? null : inDays(plan.due),
    dueComplete: false,
    pos,
    idList: list.id,
    idLabels: pick(parts.labels, plan.labels),
    idMembers: pick(parts.members, plan.people),
    attachments: plan.link ? [{ id: id(), name: plan.link[0], url: plan.link[1], isUpload: false }] : [],
  });
  if (plan.list) {
    const [name, ...entries] = plan.list;
    const checkItems = entries.map((text, at) => ({ id: id(), name: text.replace(/^\*/, ""), state: text.startsWith("*") ? "complete" : "incomplete", pos: at + 1 }));
    parts.checklists.push({ id: id(), idCard: me.id, name, pos: 1, checkItems });
  }
  plan.comments?.forEach(([who, text], at) => {
    const author = parts.members[who];
    parts.actions.unshift({ id: id(), type: "commentCard", date: inDays(at - 3), idMemberCreator: author?.id, memberCreator: author, data: { card: me, text } });
  });
}
