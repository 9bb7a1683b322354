/**
 * What the simulated portal checks of a document, in rupees and by its own arithmetic: it must not repeat the product's.
 * A rule whose code is not publicly known is answered with 2140 and words.
 */
import { checkInv01, type Inv01, type Inv01Item } from "../../../contract/inv01.ts";
import { describeMisfits } from "../../../contract/validators.ts";

export interface SimFault {
  readonly code: string;
  readonly message: string;
}

/** Registrations that were told of otherwise than by their form. */
export type GstinState = "UNKNOWN" | "INACTIVE";

export interface RuleFacts {
  readonly today: string;
  gstinState(gstin: string): GstinState | null;
  readonly unknownHsn: ReadonlySet<string>;
}

const fault = (code: string, message: string): SimFault => ({ code, message });
/** Rupees that sums may differ by; a little more than one, for what binary fractions add. */
const TOLERANCE = 1.000001;
const differ = (a: number, b: number): boolean => Math.abs(a - b) > TOLERANCE;

/** The document where its form is right, and everything else that is wrong with it. */
export function examine(value: unknown, facts: RuleFacts): { document: Inv01 | null; faults: SimFault[] } {
  const checked = checkInv01(value);
  if (!checked.ok)
    return { document: null, faults: [fault("2140", `JSON not as per schema: ${describeMisfits(checked.errors)}`)] };
  const document = checked.value;
  const items = document.ItemList.flatMap((item) => itemFaults(document, item, facts));
  return { document, faults: [...headFaults(document, facts), ...items, ...sumFaults(document)] };
}

function headFaults(document: Inv01, facts: RuleFacts): SimFault[] {
  const { DocDtls, SellerDtls, BuyerDtls } = document;
  const day = DocDtls.Dt.split("/").reverse().join("-");
  const faults: SimFault[] = [];
  if (day > facts.today) faults.push(fault("2140", "document date is in the future"));
  if (day < "2020-10-01") faults.push(fault("2140", "document date is before 01/10/2020"));
  if (SellerDtls.Gstin === BuyerDtls.Gstin) faults.push(fault("2140", "supplier and recipient are the same"));
  for (const gstin of [SellerDtls.Gstin, BuyerDtls.Gstin]) {
    if (gstin === "URP") continue;
    const state = facts.gstinState(gstin) ?? (hasCheckCharacter(gstin) ? null : "UNKNOWN");
    if (state === "UNKNOWN") faults.push(fault("3028", `GSTIN ${gstin} is invalid`));
    if (state === "INACTIVE") faults.push(fault("3029", `GSTIN ${gstin} is not active`));
  }
  const abroad = document.TranDtls.SupTyp.startsWith("EXP");
  if (BuyerDtls.Gstin === "URP" && !abroad) faults.push(fault("2140", "recipient of a B2B supply is not registered"));
  return faults;
}

/** The sandbox's own numbers have no check character. */
function hasCheckCharacter(gstin: string): boolean {
  if (/^\d{2}[A-Z]{5}\d{4}[A-Z]00[0-9A-Z]$/.test(gstin)) return true;
  let total = 0;
  for (let i = 0; i < 14; i += 1) {
    const product = Number.parseInt(gstin.charAt(i), 36) * (1 + (i % 2));
    total += Math.trunc(product / 36) + (product % 36);
  }
  return Number.parseInt(gstin.charAt(14), 36) === (36 - (total % 36)) % 36;
}

function isWithinState({ TranDtls, SellerDtls, BuyerDtls }: Inv01): boolean {
  return ["B2B", "DEXP"].includes(TranDtls.SupTyp) && Number(SellerDtls.Stcd) === Number(BuyerDtls.Pos);
}

function itemFaults(document: Inv01, item: Inv01Item, { unknownHsn }: RuleFacts): SimFault[] {
  const at = `item ${item.SlNo}`;
  const { IgstAmt = 0, CgstAmt = 0, SgstAmt = 0, CesAmt = 0, CesNonAdvlAmt = 0, OthChrg = 0, Discount = 0 } = item;
  const { StateCesAmt = 0, StateCesNonAdvlAmt = 0, AssAmt, GstRt } = item;
  const faults: SimFault[] = [];
  if (unknownHsn.has(item.HsnCd) || !isHsn(item.HsnCd))
    faults.push(fault("2176", `${at}: HSN ${item.HsnCd} is invalid`));
  if (differ(AssAmt, item.TotAmt - Discount)) faults.push(fault("2193", `${at}: AssAmt is not TotAmt less Discount`));
  const igstDue = !isWithinState(document) || document.TranDtls.IgstOnIntra === "Y";
  if (!igstDue && IgstAmt > 0) faults.push(fault("2172", `${at}: IGST on an intra-state item`));
  if (igstDue && CgstAmt + SgstAmt > 0) faults.push(fault("2140", `${at}: CGST or SGST on an inter-state item`));
  const zeroRated = document.TranDtls.SupTyp.endsWith("WOP") && IgstAmt === 0;
  const tax = (AssAmt * GstRt) / 100;
  const wrong = igstDue ? differ(IgstAmt, tax) : differ(CgstAmt, tax / 2) || differ(SgstAmt, tax / 2);
  if (document.DocDtls.Typ === "INV" && wrong && !zeroRated)
    faults.push(fault("2140", `${at}: tax is not value times rate`));
  const total =
    AssAmt + IgstAmt + CgstAmt + SgstAmt + CesAmt + CesNonAdvlAmt + StateCesAmt + StateCesNonAdvlAmt + OthChrg;
  const untaxed = document.TranDtls.RegRev === "Y" || document.TranDtls.SupTyp === "EXPWP";
  if (differ(item.TotItemVal, total) && !(untaxed && !differ(item.TotItemVal, AssAmt + OthChrg)))
    faults.push(fault("2140", `${at}: TotItemVal is not the sum of its parts`));
  return faults;
}

function isHsn(code: string): boolean {
  return code.startsWith("99") ? code.length <= 6 : [4, 6, 8].includes(code.length) && !code.startsWith("00");
}

function sumFaults({ ItemList, ValDtls }: Inv01): SimFault[] {
  const sum = (pick: (item: Inv01Item) => number | undefined) =>
    ItemList.reduce((total, item) => total + (pick(item) ?? 0), 0);
  const faults: SimFault[] = [];
  if (
    differ(
      ValDtls.AssVal,
      sum((item) => item.AssAmt),
    )
  )
    faults.push(fault("2182", "AssVal is not the sum of AssAmt"));
  const heads: readonly (readonly [string, number | undefined, number])[] = [
    ["CgstVal", ValDtls.CgstVal, sum((item) => item.CgstAmt)],
    ["SgstVal", ValDtls.SgstVal, sum((item) => item.SgstAmt)],
    ["IgstVal", ValDtls.IgstVal, sum((item) => item.IgstAmt)],
    ["CesVal", ValDtls.CesVal, sum((item) => item.CesAmt) + sum((item) => item.CesNonAdvlAmt)],
  ];
  for (const [name, given = 0, due] of heads)
    if (differ(given, due)) faults.push(fault("2140", `${name} is not the sum over items`));
  const { Discount = 0, OthChrg = 0, RndOffAmt = 0 } = ValDtls;
  if (differ(ValDtls.TotInvVal, sum((item) => item.TotItemVal) - Discount + OthChrg + RndOffAmt))
    faults.push(fault("2189", "TotInvVal is not the sum of its parts"));
  return faults;
}
