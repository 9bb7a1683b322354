/** What the portal refuses besides wrong sums, as far as it can be known without its masters. Pure. */
import type { Inv01, Inv01Item } from "../../contract/inv01.ts";
import { hsnFitsTurnover, parseHsn } from "../catalog/hsn.ts";
import type { LocalDate, Refusal } from "../kernel/index.ts";
import { parseGstin } from "../warehouse/gstin.ts";
import { pincodeFitsState } from "../warehouse/pincode.ts";
import { stateByCode } from "../warehouse/states.ts";
import { mustReport, reportBy } from "./need.ts";

export type DocumentFaultCode =
  | "EINVOICE_NUMBER"
  | "EINVOICE_DATE_FUTURE"
  | "EINVOICE_DATE_TOO_EARLY"
  | "EINVOICE_TOO_OLD"
  | "EINVOICE_CONSUMER"
  | "EINVOICE_SAME_GSTIN"
  | "EINVOICE_GSTIN"
  | "EINVOICE_STATE"
  | "EINVOICE_GSTIN_STATE"
  | "EINVOICE_EXPORT"
  | "EINVOICE_NO_ORIGINAL"
  | "EINVOICE_LINE_NUMBERS"
  | "EINVOICE_HSN"
  | "EINVOICE_SERVICE"
  | "EINVOICE_UNIT"
  | "EINVOICE_RATE";
export type DocumentFault = Refusal<DocumentFaultCode>;
/** What the portal may refuse, and may know better than we do. */
export type DocumentWarning = Refusal<"EINVOICE_PIN_STATE">;

export interface CheckedAgainst {
  /** The day in the facility's zone. */
  readonly today: LocalDate;
  readonly on: LocalDate;
  /** Aggregate turnover of the seller, in crore rupees: how old a document may be, how long its HSN codes are. */
  readonly turnoverCrore: number;
  /** The portal's sandbox has numbers of its own. */
  readonly sandbox: boolean;
}

const NUMBER = /^[A-Z1-9][A-Z0-9/-]{0,15}$/;
const FIRST_DAY = Temporal.PlainDate.from("2020-10-01");
const UNREGISTERED = "URP";
const ABROAD = "96";
/** Rates of GST and of its parts as they were and are (40 % since 22 September 2025), in percent. */
const RATES: ReadonlySet<number> = new Set([0, 0.1, 0.25, 1, 1.5, 3, 5, 6, 7.5, 12, 18, 28, 40]);
/** Unit quantity codes of the GST portal. */
const UNITS: ReadonlySet<string> = new Set(
  (
    "BAG BAL BDL BKL BOU BOX BTL BUN CAN CBM CCM CMS CTN DOZ DRM GGK GMS GRS GYD KGS KLR KME LTR MLT MTR MTS NOS OTH " +
    "PAC PCS PRS QTL ROL SET SQF SQM SQY TBS TGM THD TON TUB UGS UNT YDS"
  ).split(" "),
);

export function checkDocument(document: Inv01, against: CheckedAgainst): DocumentFault[] {
  return [
    ...checkNumberAndDay(document, against),
    ...checkParties(document, against.sandbox),
    ...checkStates(document),
    ...checkLineNumbers(document.ItemList),
    ...document.ItemList.flatMap((item, i) => checkItem(item, `line ${i + 1}`, against.turnoverCrore)),
  ];
}

function checkNumberAndDay({ DocDtls, RefDtls }: Inv01, { on, today, turnoverCrore }: CheckedAgainst): DocumentFault[] {
  const number = DocDtls.No;
  const facts = { number, on: on.toString() };
  const by = reportBy(on, today, turnoverCrore);
  const faults: DocumentFault[] = [];
  if (!NUMBER.test(number)) faults.push({ code: "EINVOICE_NUMBER", facts: { number, nicCode: "2140" } });
  if (Temporal.PlainDate.compare(on, today) > 0)
    faults.push({ code: "EINVOICE_DATE_FUTURE", facts: { ...facts, today: today.toString() } });
  if (Temporal.PlainDate.compare(on, FIRST_DAY) < 0)
    faults.push({ code: "EINVOICE_DATE_TOO_EARLY", facts: { ...facts, first: FIRST_DAY.toString() } });
  if (by !== null && Temporal.PlainDate.compare(today, by) > 0)
    faults.push({ code: "EINVOICE_TOO_OLD", facts: { ...facts, by: by.toString() } });
  if (DocDtls.Typ !== "INV" && (RefDtls?.PrecDocDtls ?? []).length === 0)
    faults.push({ code: "EINVOICE_NO_ORIGINAL", facts });
  return faults;
}

function isExport({ TranDtls }: Inv01): boolean {
  return TranDtls.SupTyp === "EXPWP" || TranDtls.SupTyp === "EXPWOP";
}

function checkParties(document: Inv01, sandbox: boolean): DocumentFault[] {
  const { SellerDtls: seller, BuyerDtls: buyer } = document;
  const faults: DocumentFault[] = [...checkGstin("seller", seller, sandbox)];
  if (isExport(document)) {
    const right =
      buyer.Gstin === UNREGISTERED && buyer.Pin === 999_999 && buyer.Stcd === ABROAD && buyer.Pos === ABROAD;
    if (!right) faults.push({ code: "EINVOICE_EXPORT", facts: { number: document.DocDtls.No } });
    return faults;
  }
  if (buyer.Gstin === UNREGISTERED) faults.push({ code: "EINVOICE_CONSUMER", facts: { buyer: buyer.LglNm } });
  else if (buyer.Gstin === seller.Gstin) faults.push({ code: "EINVOICE_SAME_GSTIN", facts: { gstin: buyer.Gstin } });
  else faults.push(...checkGstin("buyer", buyer, sandbox));
  return faults;
}

function checkGstin(
  who: string,
  party: { readonly Gstin: string; readonly Stcd: string },
  sandbox: boolean,
): DocumentFault[] {
  const gstin = parseGstin(party.Gstin, { sandbox });
  if (!gstin.ok)
    return [{ code: "EINVOICE_GSTIN", facts: { who, gstin: party.Gstin, why: gstin.refusal.code, nicCode: "3028" } }];
  const state = party.Stcd.padStart(2, "0");
  if (gstin.value.text.startsWith(state)) return [];
  return [{ code: "EINVOICE_GSTIN_STATE", facts: { who, gstin: party.Gstin, state } }];
}

function isState(code: string): boolean {
  return code === ABROAD || stateByCode(code) !== null;
}

function checkStates({ SellerDtls, BuyerDtls, DispDtls, ShipDtls }: Inv01): DocumentFault[] {
  const codes: readonly (readonly [string, string | undefined])[] = [
    ["seller", SellerDtls.Stcd],
    ["buyer", BuyerDtls.Stcd],
    ["place of supply", BuyerDtls.Pos],
    ["place of dispatch", DispDtls?.Stcd],
    ["place of delivery", ShipDtls?.Stcd],
  ];
  return codes.flatMap(([what, code]) =>
    code === undefined || isState(code) ? [] : [{ code: "EINVOICE_STATE" as const, facts: { what, state: code } }],
  );
}

/**
 * PIN codes that may not lie in their states. The portal refuses only what its own master and the first three digits
 * both contradict; our list of ranges is ours, so this warns and does not refuse.
 */
export function pinWarnings({ SellerDtls, BuyerDtls, DispDtls, ShipDtls }: Inv01): DocumentWarning[] {
  const places = { seller: SellerDtls, buyer: BuyerDtls, dispatch: DispDtls, delivery: ShipDtls };
  return Object.entries(places).flatMap(([what, place]) => {
    const state = place === undefined ? null : stateByCode(place.Stcd);
    if (place?.Pin === undefined || state === null || pincodeFitsState(String(place.Pin), state.code)) return [];
    return [{ code: "EINVOICE_PIN_STATE" as const, facts: { what, pin: place.Pin, state: state.name } }];
  });
}

function checkLineNumbers(items: readonly Inv01Item[]): DocumentFault[] {
  const seen = new Set<string>();
  const twice = items.flatMap(({ SlNo }) => {
    const known = seen.has(SlNo);
    seen.add(SlNo);
    return known ? [SlNo] : [];
  });
  return twice.length === 0 ? [] : [{ code: "EINVOICE_LINE_NUMBERS", facts: { numbers: [...new Set(twice)] } }];
}

function checkItem(item: Inv01Item, at: string, turnoverCrore: number): DocumentFault[] {
  const faults: DocumentFault[] = [];
  const hsn = parseHsn(item.HsnCd);
  if (!hsn.ok || !hsnFitsTurnover(hsn.value, mustReport(turnoverCrore)))
    faults.push({
      code: "EINVOICE_HSN",
      facts: {
        at,
        hsn: item.HsnCd,
        why: hsn.ok ? "6 digits at least" : String(hsn.refusal.facts.reason),
        nicCode: "2176",
      },
    });
  const service = item.HsnCd.startsWith("99");
  if (service !== (item.IsServc === "Y")) faults.push({ code: "EINVOICE_SERVICE", facts: { at, hsn: item.HsnCd } });
  if (!service && (item.Qty === undefined || item.Unit === undefined || !UNITS.has(item.Unit)))
    faults.push({ code: "EINVOICE_UNIT", facts: { at, unit: item.Unit ?? "", quantity: item.Qty ?? "" } });
  if (!RATES.has(item.GstRt)) faults.push({ code: "EINVOICE_RATE", facts: { at, rate: item.GstRt } });
  return faults;
}
