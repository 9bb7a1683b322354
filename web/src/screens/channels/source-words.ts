import type { CancelUntil, Limits, Source } from "./data.ts";

/** What a source's declaration means, in words for who chooses one. Pure; no source is known by name. */

export type Line = readonly [label: string, words: string];
type Declared = Pick<Source, "label" | "rules" | "abilities">;

export const STATUSES = ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"] as const;
type Status = (typeof STATUSES)[number];

const cap = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase().replaceAll("_", " ");
const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** One line on the tile: how orders come, and what is heard of them afterwards. */
export function tileLine({ rules }: Pick<Source, "rules">): string {
  const orders = { push: "Orders are pushed", pull: "Orders are fetched", "by hand": "Orders by form or CSV" };
  if (rules.ordersArrive === "by hand") return `${orders["by hand"]}; nothing is told to anybody`;
  const told = rules.reports.map((status) => status.toLowerCase());
  return `${orders[rules.ordersArrive]} · ${told.length === 0 ? "reports nothing" : `reports ${list(told)}`}`;
}

/** Who sends orders how, and what may become of one. */
export function orderLines({ label, rules, abilities }: Declared): readonly Line[] {
  const comes = {
    push: `${label} sends each new order here as soon as it is placed.`,
    pull: `${label} is asked for new orders${abilities.ordersBackDays === null ? "" : `, back to ${days(abilities.ordersBackDays)}`}.`,
    "by hand": "They are entered here, by form or CSV.",
  }[rules.ordersArrive];
  return [
    ["New orders", comes],
    ...(abilities.wakesUs
      ? [["Wake-ups", `${label} can tell when something happens; it is then asked at once.`] as const]
      : []),
    ...(abilities.underReview
      ? [["Under review", `Orders that ${label} still reviews are shown here, and stock is kept for them.`] as const]
      : []),
    ...(abilities.acknowledge ? [["Acceptance", `Verifying an order here accepts it on ${label}.`] as const] : []),
    [
      "Parcels",
      rules.split
        ? "An order may leave in several parcels, as its stock allows."
        : `An order leaves as one package: ${label} does not allow it to be split.`,
    ],
    ...(rules.multiBox ? [["Boxes", "A package may have several boxes, each with its own label."] as const] : []),
    ...(rules.oneStore === null
      ? []
      : [["Stores", "One channel is one store: its orders are all packed at that store's facility."] as const]),
  ];
}

const days = (count: number): string => (count === 1 ? "one day" : `${count} days`);

/** Who invoices, labels and ships. */
export function paperLines({ label, rules, abilities }: Declared): readonly Line[] {
  if (rules.ordersArrive === "by hand")
    return [
      ["Shipping", "By you, with couriers of your own."],
      ["Invoice, label, manifest", "Made here."],
    ];
  const both = rules.channelShips.length > 1;
  const ships = both
    ? `By ${label}, or by you with couriers of your own: each order says which.`
    : rules.channelShips[0] === true
      ? `By ${label}: it gives courier and tracking number.`
      : "By you, with couriers of your own.";
  const anyThere = rules.channelShips.includes(true);
  const holds = abilities.labelHolds === "label and invoice" ? " It holds the invoice too." : "";
  const labelled = !anyThere || rules.labelBy === "us" ? "Made here." : `By ${label}, for what it ships.${holds}`;
  const max = abilities.manifestParcelsMax;
  const manifest =
    !anyThere || rules.manifestBy === "us"
      ? "Made here."
      : `By ${label}, for what it ships${max === null ? "" : `; at most ${max} parcels on one`}.`;
  return [
    ["Shipping", ships],
    ["Invoice", invoiceWords({ label, rules })],
    ["Label", labelled],
    ["Manifest", manifest],
    [
      "Credit notes",
      { us: "Of your own series.", channel: `By ${label}.`, none: "None: a return ends without one." }[
        rules.creditNoteBy
      ],
    ],
  ];
}

/** Who numbers the invoice; where it depends on who ships, both. */
function invoiceWords({ label, rules }: Pick<Declared, "label" | "rules">): string {
  const by = (who: "us" | "channel") => (who === "us" ? "made here, of your own series" : `by ${label}`);
  const ofThem = by(rules.invoiceBy).charAt(0).toUpperCase() + by(rules.invoiceBy).slice(1);
  if (rules.invoiceBy === rules.invoiceOfSellerShipped) return `${ofThem}.`;
  if (!rules.channelShips.includes(false)) return `${ofThem}.`;
  return `${ofThem}; for what you ship yourself ${by(rules.invoiceOfSellerShipped)}.`;
}

export interface Reported {
  readonly status: string;
  readonly told: boolean;
  readonly words: string;
}

/** What follows here where a status is never told. */
const untold: Readonly<Record<Status, (label: string, reports: readonly string[]) => string>> = {
  CANCELLED: (label) => `Not told. Cancel here what was cancelled on ${label}.`,
  DISPATCHED: (label, reports) => {
    const panel = `Not told. What is dispatched on the panel of ${label}`;
    const later = [
      ...(reports.includes("DELIVERED") ? ["when it is delivered"] : []),
      ...(reports.includes("RETURNED") ? ["when it comes back"] : []),
    ];
    if (later.length === 0) return `${panel} is not seen here.`;
    return `${panel} is seen here ${later.join(" or ")}, and adopted then. Where its list of orders shows it before, you are asked under Exceptions.`;
  },
  DELIVERED: () => "Not told. An order stays Dispatched until its courier or a person says more.",
  RETURNED: () => "Not told. A return is seen when its parcel comes back to the returns desk.",
};

/** Each of the four statuses: is it told, and how; if not, what that means here. */
export function reportLines({ label, rules, abilities }: Declared): readonly Reported[] {
  const only = rules.reportsOf === "channel-shipped" ? ` Only of orders that ${label} ships.` : "";
  return STATUSES.map((status) => {
    const told = rules.reports.includes(status);
    const words = told ? `${howTold(status, { label, abilities })}${only}` : untold[status](label, rules.reports);
    return { status: cap(status), told, words };
  });
}

function howTold(status: Status, { label, abilities }: Pick<Declared, "label" | "abilities">): string {
  const lists = abilities.tellsByLists.some((feed) => feed.tells.includes(status));
  if (lists) return `Told in ${label}'s lists of changes.`;
  if (abilities.tellsWithOrders.includes(status)) return `Told in ${label}'s list of orders, as they change.`;
  if (!abilities.asksByOrder) return `Told by ${label} by itself.`;
  const which = status === "CANCELLED" || status === "DISPATCHED" ? "is open" : "has left";
  return `Told when it is asked for each order that ${which}.`;
}

const until: Readonly<Record<CancelUntil, string>> = {
  never: "Not foreseen: one that comes all the same waits for you under Exceptions.",
  invoiced: "Until the invoice is made.",
  dispatched: "Until the parcel is dispatched.",
};

/** Until when an order may be cancelled, by whom, and what follows. */
export function cancelLines({ label, rules, abilities }: Declared): readonly Line[] {
  if (rules.ordersArrive === "by hand") return [["By you", "Here, until the parcel is dispatched."]];
  const level = abilities.cancelLevel;
  const told =
    level === null
      ? ` ${label} is not told: cancel there too.`
      : { order: " Whole orders.", item: " Whole lines of an order.", quantity: " Any quantity of a line." }[level];
  const own = rules.sellerCancel === "never" ? `Not possible on ${label}.` : `${until[rules.sellerCancel]}${told}`;
  return [
    [`On ${label}`, `${until[rules.channelCancel]} ${rules.channelCancelRule}`.trim()],
    [
      "By you",
      [
        own,
        ...(rules.sellerCancelRule === null || rules.sellerCancelRule === rules.channelCancelRule
          ? []
          : [rules.sellerCancelRule]),
      ].join(" "),
    ],
    ...(rules.stockAfterCancel === null
      ? []
      : [["Stock then", `${label} takes the listing off sale; its figure is told again at once.`] as const]),
  ];
}

/** What goes from here to the source. */
export function toldLines({ label, rules, abilities }: Declared): readonly Line[] {
  if (rules.ordersArrive === "by hand") return [["Everything", "Nothing is told to anybody."]];
  const { stock, toldStates } = abilities;
  const stockWords =
    stock === null
      ? `Not told: enter it on ${label}.`
      : `At each change, ${stock.perWarehouse ? "for each of its warehouses" : "one figure for all chosen facilities"}; ${stock.batchMax} figures a request at most.${stock.judgedLater ? ` ${label} judges them later, and is asked for its answer.` : ""}`;
  return [
    ["Stock", stockWords],
    [
      "Catalogue",
      abilities.catalogue
        ? `Listings are read from ${label}.`
        : "It tells none: listings come from a CSV file under Listings, or with their first order.",
    ],
    ...(abilities.packed ? [["Packed", `${label} is told when a parcel is packed; its papers follow.`] as const] : []),
    [
      "Dispatched",
      abilities.dispatched
        ? "Told at hand-over, with courier and tracking number."
        : `Not told: ${label} sees it itself.`,
    ],
    ...(toldStates.length === 0
      ? []
      : [["Package states", `Told as they change: ${list(toldStates.map(cap))}.`] as const]),
    [
      "Returns",
      rules.sendsReturns.length === 0
        ? "It announces none: make a reverse pickup here."
        : `It announces ${list(rules.sendsReturns)} by itself.${rules.manualReturnRule === null ? "" : ` ${rules.manualReturnRule}`}`,
    ],
  ];
}

/** "4.5 a second", "one in 3 minutes". */
export function rateWords(perSecond: number): string {
  const rounded = (value: number) => String(Math.round(value * 10) / 10);
  if (perSecond >= 1) return `${rounded(perSecond)} a second`;
  const seconds = 1 / perSecond;
  if (seconds < 10) return `one in ${rounded(seconds)} seconds`;
  return seconds < 90 ? `one in ${Math.round(seconds)} seconds` : `one in ${rounded(seconds / 60)} minutes`;
}

/** How fast it is asked at most. */
export function limitLines({ requestsPerSecond, burst, interactiveShare, operations }: Limits): readonly Line[] {
  const share = Math.round(interactiveShare * 100);
  return [
    [
      operations.length === 0 ? "Requests" : "All other requests",
      `${rateWords(requestsPerSecond)}, ${burst} at once${share === 0 ? "" : `; ${share} % is kept for people who click`}`,
    ],
    ...operations.map((own): Line => [own.operation, `${rateWords(own.requestsPerSecond)}, ${own.burst} at once`]),
  ];
}

/** When a sync runs, as the server says it. */
export function scheduleWords(schedule: string | null): string {
  return schedule === null
    ? "When something changes, or is pushed"
    : schedule.charAt(0).toUpperCase() + schedule.slice(1);
}
