import type { Connector } from "../../connectors/kit/index.ts";
import { type FacilityId, ok, type Result, refuse } from "../kernel/index.ts";
import { warehouseMapOf } from "./fields.ts";

/** What a person must say yes to before it is done. */
export const CONFIRMATIONS = ["COMBINED_STOCK"] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

export interface ChosenFacility {
  readonly facilityId: FacilityId;
  readonly code: string;
  /** As typed at the settings; a source with a warehouse map takes it from there. */
  readonly channelWarehouse: string | null;
}

export interface FacilityWish {
  /** The channel's code, for the refusals. */
  readonly channel: string;
  /** Connector fields as they are to be; empty before the credentials are entered. */
  readonly fields: Readonly<Record<string, string>>;
  /** Facilities as they are to be, in routing order. */
  readonly facilities: readonly ChosenFacility[];
  /** What is stored now. */
  readonly before: {
    readonly fields: Readonly<Record<string, string>>;
    readonly facilities: readonly string[];
  };
  readonly confirm: readonly Confirmation[];
}

export interface DecidedFacilities {
  readonly facilities: readonly { readonly facilityId: FacilityId; readonly channelWarehouse: string | null }[];
  /** What had to be confirmed and was: it belongs on the audit trail. */
  readonly confirmed: readonly Confirmation[];
}

/**
 * May the channel have these facilities with these fields? Pure; asked wherever one of the two changes. Refusals in this
 * order: STORE_NOT_CHOSEN, MAPPED_FACILITY_NOT_CHOSEN, COMBINED_STOCK_UNCONFIRMED. Each facility gets the warehouse that
 * the map gives it. A sum is confirmed once, and again only when a facility is added to it.
 */
export function decideFacilities(source: Connector, wish: FacilityWish): Result<DecidedFacilities> {
  const { channel, fields, facilities, before } = wish;
  const codes = facilities.map((facility) => facility.code);
  const store = storeOf(source, fields);
  const named = source.fields.filter((field) => field.type === "facility");
  for (const { name, label } of named) {
    const code = fields[name];
    if (code !== undefined && !codes.includes(code))
      return refuse("STORE_NOT_CHOSEN", { channel, field: label, store: code });
  }
  const map = warehouseMapOf(source, fields);
  const lost = [...(map?.values() ?? [])].filter((code) => !codes.includes(code));
  if (lost.length > 0)
    return refuse("MAPPED_FACILITY_NOT_CHOSEN", { channel, field: mapLabel(source), facilities: lost });
  const others = store === null ? [] : codes.filter((code) => code !== store);
  const wasSum = storeOf(source, before.fields) !== null;
  const asks = others.some((code) => !wasSum || !before.facilities.includes(code));
  if (asks && !wish.confirm.includes("COMBINED_STOCK"))
    return refuse("COMBINED_STOCK_UNCONFIRMED", {
      ...{ channel, store: store ?? "", facilities: others },
      warning: source.rules.oneStore?.warning ?? "",
    });
  const warehouses = new Map([...(map ?? [])].map(([warehouse, code]) => [code, warehouse]));
  return ok({
    facilities: facilities.map(({ facilityId, code, channelWarehouse }) => ({
      facilityId,
      channelWarehouse: hasMap(source) ? (warehouses.get(code) ?? null) : channelWarehouse,
    })),
    confirmed: asks ? ["COMBINED_STOCK"] : [],
  });
}

/** Code of the facility at which all orders of the channel are allocated; null where there is no such rule, or it is not entered. */
export function storeOf(source: Connector, fields: Readonly<Record<string, string>>): string | null {
  return source.rules.oneStore === undefined ? null : (fields[source.rules.oneStore.field] ?? null);
}

function hasMap(source: Connector): boolean {
  return source.fields.some((field) => field.type === "warehouse-map");
}

function mapLabel(source: Connector): string {
  return source.fields.find((field) => field.type === "warehouse-map")?.label ?? "";
}
