/** What strikes a marketplace's calls: a fifth of them, of every kind. */
import type { SourceId } from "./places.ts";
import type { Simulators } from "./scene.ts";

/** Share of all calls, 0 to 1, that each kind strikes. Sums to a fifth. */
const SHARES: readonly (readonly [kind: string, share: number, more?: Readonly<Record<string, unknown>>])[] = [
  ["late", 0.03, { delayMs: 400 }],
  ["out_of_order", 0.025, { delayMs: 300 }],
  ["401", 0.02],
  ["429", 0.02],
  ["5xx", 0.025],
  ["half_answer", 0.03],
  ["drop", 0.025],
  // The rest of the fifth is `twice`, and resets and 5xx after the work was done, for the operations below.
];
const TWICE = 0.02;
const LOST = 0.005;

/** A proxy may repeat any of these. Not a cancellation: of a line's units two would be cancelled where one was asked for, and no
 *  answer of the protocol would ever tell. */
const REPEATED: Readonly<Record<SourceId, readonly string[]>> = {
  OKER: ["getOrders", "updateInventory", "getInvoiceDetails", "getCourierDetails", "getLabels", "dispatchOrderItems"],
  AJIO_DROPSHIP: [
    ...["getOrders", "getOnHoldOrders", "updateInventory", "getB2bInvoice", "getCourierDetails", "getLabels"],
    ...["fetchManifest", "dispatchOrderItems"],
  ],
  MARKETPLACE: [
    ...["getOrders", "getOnHoldOrders", "acknowledgeOrder", "updateInventory", "postShipmentDetails"],
    ...["getCourierDetails", "getLabels", "fetchManifest", "dispatchOrderItems", "postStatusNotification"],
  ],
};

/** Writes whose answer gets lost after the work was done: whoever repeats them blindly does them twice. */
const WRITES: Readonly<Record<SourceId, readonly string[]>> = {
  OKER: ["updateInventory", "dispatchOrderItems", "cancelOrderItems"],
  AJIO_DROPSHIP: ["updateInventory", "dispatchOrderItems", "cancelOrderItems", "fetchManifest"],
  MARKETPLACE: ["updateInventory", "dispatchOrderItems", "cancelOrderItems", "fetchManifest", "postShipmentDetails"],
};

/** A page that is the one before, of the calls that ask for a second page. */
const REPEAT_PAGE = 0.2;

/** Rates as the simulator draws them: one kind after the other, each among the calls that no earlier one struck. */
export function faultsFor(source: SourceId, factor = 1): Record<string, unknown>[] {
  let left = 1;
  const among = (share: number) => {
    const rate = (share * factor) / left;
    left -= share * factor;
    return rate;
  };
  const generic = SHARES.map(([kind, share, more]) => ({ kind, rate: among(share), ...more }));
  const ofOne = [
    ...REPEATED[source].map((operation) => ({ kind: "twice", operation, rate: (TWICE * factor) / left })),
    ...WRITES[source].flatMap((operation) =>
      ["5xx", "drop"].map((kind) => ({ kind, operation, rate: (LOST * factor) / left, processed: true })),
    ),
    { kind: "repeat_page", operation: "getOrders", rate: REPEAT_PAGE },
  ];
  return [...generic, ...ofOne];
}

export async function badWeather(simulators: Simulators, more: readonly Record<string, unknown>[] = []): Promise<void> {
  for (const source of ["OKER", "AJIO_DROPSHIP", "MARKETPLACE"] as const)
    await setFaults(simulators[source].url, [...more, ...faultsFor(source)]);
}

export async function goodWeather(simulators: Simulators): Promise<void> {
  for (const { url } of Object.values(simulators)) await setFaults(url, []);
}

async function setFaults(url: string, wish: readonly Record<string, unknown>[]): Promise<void> {
  const answer = await fetch(`${url}/_sim/faults`, { method: "POST", body: JSON.stringify(wish) });
  if (!answer.ok) throw new Error(`the faults are set: ${await answer.text()}`);
}
