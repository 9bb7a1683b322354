import { basesOf, type Connector } from "../../connectors/kit/index.ts";
import type { Ctx } from "../platform/context.ts";
import { SYNC_TITLES } from "./summary.ts";
import { scheduleWords, syncKindsOf } from "./sync-kind.ts";

/** What a source's declaration says to a person who chooses one, as our API writes it. Pure: no source is known by name. */

/** Who does what, and what is allowed. */
export function toRules({ rules }: Connector) {
  return {
    ...{ ordersArrive: rules.ordersArrive, invoiceBy: rules.invoiceBy, labelBy: rules.labelBy, split: rules.split },
    ...{ multiBox: rules.multiBox, sellerCancel: rules.sellerCancel, channelCancel: rules.channelCancel },
    ...{ channelCancelRule: rules.channelCancelRule, sellerCancelRule: rules.sellerCancelRule ?? null },
    ...{ manifestBy: rules.manifestBy, oneStore: rules.oneStore ?? null, reports: [...rules.reports] },
    invoiceOfSellerShipped: rules.invoiceOfSellerShipped ?? rules.invoiceBy,
    channelShips: [...rules.thirdPartyShipping.allowed],
    reportsOf: rules.reportsOf ?? "all",
    creditNoteBy: rules.creditNoteBy,
    sendsReturns: [...rules.sendsReturns],
    manualReturnRule: rules.manualReturnRule ?? null,
    stockAfterCancel: rules.stockAfterCancel ?? null,
  };
}

/** What it can do beside the rules: how orders, stock and parcels are told, how it wakes us, how fast it may be asked. */
export function toAbilities(source: Connector) {
  const can = source.capabilities;
  return {
    catalogue: can.pullListings !== undefined,
    ordersBackDays: can.pullOrders?.windowDays ?? null,
    underReview: can.pullPendency !== undefined,
    acknowledge: can.acknowledge ?? false,
    stock: can.pushInventory
      ? {
          perWarehouse: can.pushInventory.facilityWise,
          batchMax: can.pushInventory.batchMax,
          judgedLater: can.readStockResult ?? false,
        }
      : null,
    packed: can.pack ?? false,
    dispatched: can.dispatch !== undefined,
    toldStates: [...(can.notifyState?.states ?? [])],
    cancelLevel: can.cancel?.level ?? null,
    labelHolds: can.fetchLabel?.holds ?? null,
    manifestParcelsMax: can.fetchManifest?.parcelsMax ?? null,
    tellsByLists: (can.pullStatuses?.feeds ?? []).map(({ name, tells }) => ({ name, tells: [...tells] })),
    tellsWithOrders: [...(can.pullOrders?.tells ?? [])],
    asksByOrder: can.readStatuses !== undefined,
    wakesUs: source.readWakeUp !== undefined,
    consent: consentOf(source),
  };
}

/** The page on which a seller gives access; null where there is none. `gives`: labels of the fields that come of it. */
export function consentOf({ consent, fields }: Connector) {
  if (!consent) return null;
  return {
    label: consent.label,
    gives: fields.filter(({ name }) => consent.gives.includes(name)).map(({ label }) => label),
  };
}

/** Requests a second, in common and of operations that are limited by themselves; the share kept for people, 0 to 1. */
export function toLimits({ limits }: Connector) {
  return {
    ...{ requestsPerSecond: limits.requestsPerSecond, burst: limits.burst, interactiveShare: limits.interactiveShare },
    operations: Object.entries(limits.operations ?? {}).map(([operation, own]) => ({ operation, ...own })),
  };
}

/** Its syncs and how often the clock starts them, before a person or the measured cost makes them slower. */
export function toSchedules(source: Connector) {
  return syncKindsOf(source).map((kind) => ({
    ...{ kind, title: SYNC_TITLES[kind] },
    schedule: scheduleWords(source, kind),
  }));
}

/** Is it known where the source stands? A live one without a public address waits for the operator's word. */
export function hasAddress(source: Connector, sourceUrls: Ctx["sourceUrls"]): boolean {
  return source.fields.length === 0 || basesOf(source, sourceUrls) !== null;
}
