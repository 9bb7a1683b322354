/** The portal's arithmetic, so that a document whose sums are wrong is stopped here and not there. Pure, in whole paise. */
import type { Inv01, Inv01Item, Inv01Totals } from "../../contract/inv01.ts";
import { divideRounded, type Paise, paise, parseRupees, type Refusal, sum } from "../kernel/index.ts";

export type SumFaultCode =
  | "EINVOICE_DECIMALS"
  | "EINVOICE_ASSESSABLE"
  | "EINVOICE_IGST_WITHIN_STATE"
  | "EINVOICE_CGST_BETWEEN_STATES"
  | "EINVOICE_TAX"
  | "EINVOICE_LINE_TOTAL"
  | "EINVOICE_SUM"
  | "EINVOICE_TOTAL";
export type SumFault = Refusal<SumFaultCode>;

/** One rupee either way is forgiven. */
export const TOLERANCE: Paise = paise(100);

type Members = Readonly<Record<string, Paise>>;
const ITEM_AMOUNTS = [
  ...(["TotAmt", "Discount", "AssAmt", "IgstAmt", "CgstAmt", "SgstAmt", "CesAmt", "CesNonAdvlAmt"] as const),
  ...(["StateCesAmt", "StateCesNonAdvlAmt", "OthChrg", "TotItemVal"] as const),
];
const TOTAL_AMOUNTS = [
  ...(["AssVal", "CgstVal", "SgstVal", "IgstVal", "CesVal", "StCesVal"] as const),
  ...(["Discount", "OthChrg", "RndOffAmt", "TotInvVal"] as const),
];
type ItemPaise = Readonly<Record<(typeof ITEM_AMOUNTS)[number], Paise>>;
type TotalPaise = Readonly<Record<(typeof TOTAL_AMOUNTS)[number], Paise>>;

/** Every rule of sums that the document breaks. One that is not a number of paise is named, and its sums are not judged. */
export function checkSums(document: Inv01): SumFault[] {
  const uneven: SumFault[] = [];
  const read = (at: string, amount: number | undefined): Paise => {
    const exact = parseRupees(amount ?? 0);
    if (exact === null) uneven.push({ code: "EINVOICE_DECIMALS", facts: { at, given: amount ?? 0, nicCode: "2140" } });
    return exact ?? paise(0);
  };
  const items = document.ItemList.map((item, i) => readItem(item, (member, n) => read(`line ${i + 1}, ${member}`, n)));
  const totals = readTotals(document.ValDtls, (member, n) => read(member, n));
  if (uneven.length > 0) return uneven;
  return [
    ...document.ItemList.flatMap((item, i) => checkItem(document, item, items[i], `line ${i + 1}`)),
    ...checkTotals(items, totals),
  ];
}

type Reader = (member: string, amount: number | undefined) => Paise;

function readItem(item: Inv01Item, read: Reader): ItemPaise {
  const amounts: Members = Object.fromEntries(ITEM_AMOUNTS.map((member) => [member, read(member, item[member])]));
  return filled(ITEM_AMOUNTS, amounts);
}

function readTotals(totals: Inv01Totals, read: Reader): TotalPaise {
  const amounts: Members = Object.fromEntries(TOTAL_AMOUNTS.map((member) => [member, read(member, totals[member])]));
  return filled(TOTAL_AMOUNTS, amounts);
}

/** The record with each of its names, as its type says. */
function filled<K extends string>(names: readonly K[], amounts: Members): Readonly<Record<K, Paise>> {
  const isWhole = (value: Members): value is Readonly<Record<K, Paise>> => names.every((name) => name in value);
  if (!isWhole(amounts)) throw new Error("every amount was read");
  return amounts;
}

/** Is tax due as CGST and SGST? SEZ units and buyers abroad are always taxed between states. */
export function isWithinState({ TranDtls, SellerDtls, BuyerDtls }: Inv01): boolean {
  const domestic = TranDtls.SupTyp === "B2B" || TranDtls.SupTyp === "DEXP";
  const sameState = SellerDtls.Stcd.padStart(2, "0") === BuyerDtls.Pos.padStart(2, "0");
  return domestic && sameState && TranDtls.IgstOnIntra !== "Y";
}

function checkItem(document: Inv01, item: Inv01Item, amounts: ItemPaise | undefined, at: string): SumFault[] {
  if (amounts === undefined) return [];
  const faults: SumFault[] = [];
  const check = (code: SumFaultCode, what: string, given: Paise, expected: Paise, nicCode = "") => {
    if (isOff(given, expected)) faults.push({ code, facts: { at, what, given, expected, nicCode } });
  };
  check("EINVOICE_ASSESSABLE", "AssAmt", amounts.AssAmt, paise(amounts.TotAmt - amounts.Discount), "2193");
  faults.push(...checkHeads(document, amounts, at));
  // Of notes the portal checks sums, but not tax against rate and value: a note may correct the tax alone.
  if (document.DocDtls.Typ === "INV") faults.push(...checkTax(document, item, amounts, at));
  const total = checkLineTotal(document, amounts);
  if (total !== null)
    faults.push({ code: "EINVOICE_LINE_TOTAL", facts: { at, what: "TotItemVal", ...total, nicCode: "" } });
  return faults;
}

function checkHeads(document: Inv01, { IgstAmt, CgstAmt, SgstAmt }: ItemPaise, at: string): SumFault[] {
  const within = isWithinState(document);
  if (within && IgstAmt !== 0)
    return [{ code: "EINVOICE_IGST_WITHIN_STATE", facts: { at, igst: IgstAmt, nicCode: "2172" } }];
  if (!within && (CgstAmt !== 0 || SgstAmt !== 0))
    return [{ code: "EINVOICE_CGST_BETWEEN_STATES", facts: { at, cgst: CgstAmt, sgst: SgstAmt, nicCode: "" } }];
  return [];
}

function checkTax(document: Inv01, item: Inv01Item, amounts: ItemPaise, at: string): SumFault[] {
  const within = isWithinState(document);
  const { SupTyp } = document.TranDtls;
  const zero = paise(0);
  const { AssAmt, IgstAmt } = amounts;
  const withoutPayment = (SupTyp === "EXPWOP" || SupTyp === "SEZWOP") && IgstAmt === 0;
  const igst = within || withoutPayment ? zero : shareOf(AssAmt, item.GstRt, 1n);
  const half = within ? shareOf(AssAmt, item.GstRt, 2n) : zero;
  const expected: readonly (readonly [keyof ItemPaise, Paise])[] = [
    ["IgstAmt", igst],
    ["CgstAmt", half],
    ["SgstAmt", half],
    ["CesAmt", shareOf(AssAmt, item.CesRt ?? 0, 1n)],
    ["StateCesAmt", shareOf(AssAmt, item.StateCesRt ?? 0, 1n)],
  ];
  return expected.flatMap(([what, due]) =>
    isOff(amounts[what], due)
      ? [{ code: "EINVOICE_TAX" as const, facts: { at, what, given: amounts[what], expected: due, nicCode: "" } }]
      : [],
  );
}

/** A percentage of an amount, divided by `parts`. Rates have three decimals at most. */
function shareOf(amount: Paise, rate: number, parts: bigint): Paise {
  return divideRounded(BigInt(amount) * BigInt(Math.round(rate * 1000)), 100_000n * parts);
}

/** What a line's total is off by; null where it is right. Under reverse charge and in exports tax may be left out of it. */
function checkLineTotal({ TranDtls }: Inv01, a: ItemPaise): { given: Paise; expected: Paise } | null {
  const untaxed = [a.AssAmt, a.OthChrg];
  const tax = [a.IgstAmt, a.CgstAmt, a.SgstAmt, a.CesAmt, a.CesNonAdvlAmt, a.StateCesAmt, a.StateCesNonAdvlAmt];
  const expected = sum([...untaxed, ...tax]);
  const mayLeaveTax = TranDtls.RegRev === "Y" || TranDtls.SupTyp === "EXPWP";
  if (!isOff(a.TotItemVal, expected) || (mayLeaveTax && !isOff(a.TotItemVal, sum(untaxed)))) return null;
  return { given: a.TotItemVal, expected };
}

function checkTotals(items: readonly ItemPaise[], totals: TotalPaise): SumFault[] {
  const of = (...members: (keyof ItemPaise)[]) => sum(items.flatMap((item) => members.map((member) => item[member])));
  const faults: SumFault[] = [];
  const check = (code: SumFaultCode, what: string, given: Paise, expected: Paise, nicCode = "") => {
    if (isOff(given, expected)) faults.push({ code, facts: { at: "totals", what, given, expected, nicCode } });
  };
  check("EINVOICE_SUM", "AssVal", totals.AssVal, of("AssAmt"), "2182");
  check("EINVOICE_SUM", "CgstVal", totals.CgstVal, of("CgstAmt"));
  check("EINVOICE_SUM", "SgstVal", totals.SgstVal, of("SgstAmt"));
  check("EINVOICE_SUM", "IgstVal", totals.IgstVal, of("IgstAmt"));
  check("EINVOICE_SUM", "CesVal", totals.CesVal, of("CesAmt", "CesNonAdvlAmt"));
  check("EINVOICE_SUM", "StCesVal", totals.StCesVal, of("StateCesAmt", "StateCesNonAdvlAmt"));
  const payable = paise(of("TotItemVal") - totals.Discount + totals.OthChrg + totals.RndOffAmt);
  check("EINVOICE_TOTAL", "TotInvVal", totals.TotInvVal, payable, "2189");
  return faults;
}

function isOff(given: Paise, expected: Paise): boolean {
  return Math.abs(given - expected) > TOLERANCE;
}
