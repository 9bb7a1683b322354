/** A document's facts as the portal takes them. Pure; amounts are made from whole paise, one by one. */
import type { Inv01, Inv01Item, Inv01Place } from "../../contract/inv01.ts";
import { divideRounded, type LocalDate, ok, type Paise, paise, type Result, sum, toRupees } from "../kernel/index.ts";
import type { EInvoiceAddress, EInvoiceFacts, EInvoiceLine, EInvoiceParty, EInvoicePlace } from "./facts.ts";
import { addressLines, emailText, optionalText, phoneDigits, requiredText, type TextRefusal } from "./text.ts";

const ABROAD_STATE = "96";
const ABROAD_PIN = 999_999;
const UNREGISTERED = "URP";
/** Places of sellers are shorter than others. */
const SELLER_PLACE_MAX = 50;
const PLACE_MAX = 100;

/** dd/mm/yyyy */
export function portalDay(on: LocalDate): string {
  return `${String(on.day).padStart(2, "0")}/${String(on.month).padStart(2, "0")}/${on.year}`;
}

/** Refuses a document whose names or places are too short for the portal: nobody can guess them. */
export function inv01(facts: EInvoiceFacts): Result<Inv01, TextRefusal> {
  const seller = sellerOf(facts.seller);
  if (!seller.ok) return seller;
  const buyer = buyerOf(facts);
  if (!buyer.ok) return buyer;
  const dispatch = facts.dispatchFrom === null ? ok(undefined) : dispatchOf(facts.dispatchFrom);
  if (!dispatch.ok) return dispatch;
  const shipTo = facts.shipTo === null ? ok(undefined) : shipToOf(facts.shipTo);
  if (!shipTo.ok) return shipTo;
  return ok({
    Version: "1.1",
    TranDtls: {
      TaxSch: "GST",
      SupTyp: facts.supply,
      RegRev: facts.reverseCharge ? "Y" : "N",
      ...(facts.operatorGstin === null ? {} : { EcmGstin: facts.operatorGstin }),
      IgstOnIntra: facts.igstOnIntra ? "Y" : "N",
    },
    DocDtls: { Typ: facts.type, No: facts.number.toUpperCase(), Dt: portalDay(facts.on) },
    SellerDtls: seller.value,
    BuyerDtls: buyer.value,
    ...(dispatch.value === undefined ? {} : { DispDtls: dispatch.value }),
    ...(shipTo.value === undefined ? {} : { ShipDtls: shipTo.value }),
    ItemList: facts.lines.map(itemOf),
    ValDtls: totalsOf(facts),
    ...(facts.precedes.length === 0
      ? {}
      : {
          RefDtls: {
            PrecDocDtls: facts.precedes.map(({ number, on }) => ({
              InvNo: number.toUpperCase(),
              InvDt: portalDay(on),
            })),
          },
        }),
  });
}

function placeOf(
  what: string,
  address: EInvoiceAddress,
  cityMax: number,
): Result<Omit<Inv01Place, "Pin"> & { readonly Pin?: number }, TextRefusal> {
  const lines = addressLines(what, address.line1, address.line2);
  if (!lines.ok) return lines;
  const city = requiredText(`${what}'s city`, address.city, 3, cityMax);
  if (!city.ok) return city;
  const Pin = address.stateCode === ABROAD_STATE ? ABROAD_PIN : pinOf(address.pincode);
  return ok({ ...lines.value, Loc: city.value, ...(Pin === undefined ? {} : { Pin }), Stcd: address.stateCode });
}

function pinOf(pincode: string | null): number | undefined {
  const digits = (pincode ?? "").replaceAll(/[\s-]/g, "");
  return /^\d{6}$/.test(digits) ? Number(digits) : undefined;
}

/** With a PIN, which every place but a buyer's must have. */
function pinnedPlace(what: string, address: EInvoiceAddress, cityMax: number): Result<Inv01Place, TextRefusal> {
  const place = placeOf(what, address, cityMax);
  if (!place.ok) return place;
  const { Pin } = place.value;
  if (Pin !== undefined) return ok({ ...place.value, Pin });
  return {
    ok: false,
    refusal: {
      code: "EINVOICE_TEXT_SHORT",
      facts: { what: `${what}'s PIN code`, text: address.pincode ?? "", min: 6 },
    },
  };
}

function contactOf({ phone, email, tradeName }: EInvoiceParty) {
  const [TrdNm, Ph, Em] = [optionalText(tradeName, 3, 100), phoneDigits(phone), emailText(email)];
  return { ...(TrdNm ? { TrdNm } : {}), ...(Ph ? { Ph } : {}), ...(Em ? { Em } : {}) };
}

function sellerOf(seller: EInvoiceParty): Result<Inv01["SellerDtls"], TextRefusal> {
  const name = requiredText("the seller's name", seller.legalName, 3, 100);
  if (!name.ok) return name;
  const place = pinnedPlace("the seller", seller, SELLER_PLACE_MAX);
  if (!place.ok) return place;
  return ok({ Gstin: seller.gstin ?? UNREGISTERED, LglNm: name.value, ...contactOf(seller), ...place.value });
}

function buyerOf({ buyer, placeOfSupply }: EInvoiceFacts): Result<Inv01["BuyerDtls"], TextRefusal> {
  const name = requiredText("the buyer's name", buyer.legalName, 3, 100);
  if (!name.ok) return name;
  const place = placeOf("the buyer", buyer, PLACE_MAX);
  if (!place.ok) return place;
  const Gstin = buyer.gstin ?? UNREGISTERED;
  return ok({ Gstin, LglNm: name.value, ...contactOf(buyer), Pos: placeOfSupply, ...place.value });
}

function dispatchOf(from: EInvoicePlace): Result<NonNullable<Inv01["DispDtls"]>, TextRefusal> {
  const name = requiredText("the name of the place of dispatch", from.name, 3, 100);
  if (!name.ok) return name;
  const place = pinnedPlace("the place of dispatch", from, PLACE_MAX);
  return place.ok ? ok({ Nm: name.value, ...place.value }) : place;
}

function shipToOf(to: EInvoicePlace): Result<NonNullable<Inv01["ShipDtls"]>, TextRefusal> {
  const name = requiredText("the name of the place of delivery", to.name, 3, 100);
  if (!name.ok) return name;
  const place = pinnedPlace("the place of delivery", to, PLACE_MAX);
  if (!place.ok) return place;
  return ok({ ...(to.gstin === null ? {} : { Gstin: to.gstin }), LglNm: name.value, ...place.value });
}

/** Basis points as percent: 1800 → 18, 25 → 0.25. */
function percent(bps: number): number {
  return bps / 100;
}

/** Three decimals, where an amount has two: exact in tenths of a paisa, then rounded. */
function unitPrice(amount: Paise, quantity: number): number {
  return divideRounded(BigInt(amount) * 10n, BigInt(quantity)) / 1000;
}

function itemOf(line: EInvoiceLine, i: number): Inv01Item {
  const before = paise(line.taxable + line.discount);
  const PrdDesc = optionalText(line.description, 3, 300);
  const Barcde = optionalText(line.barcode, 3, 30);
  return {
    SlNo: String(i + 1),
    ...(PrdDesc ? { PrdDesc } : {}),
    IsServc: line.hsn.startsWith("99") ? "Y" : "N",
    HsnCd: line.hsn,
    ...(Barcde ? { Barcde } : {}),
    Qty: line.quantity,
    Unit: line.unit,
    UnitPrice: unitPrice(before, line.quantity),
    TotAmt: toRupees(before),
    Discount: toRupees(line.discount),
    AssAmt: toRupees(line.taxable),
    GstRt: percent(line.gstBps),
    IgstAmt: toRupees(line.igst),
    CgstAmt: toRupees(line.cgst),
    // The union territories' tax has no members of its own.
    SgstAmt: toRupees(sum([line.sgst, line.utgst])),
    ...(line.cessBps === 0 && line.cess === 0 ? {} : { CesRt: percent(line.cessBps), CesAmt: toRupees(line.cess) }),
    ...(line.cessFixed === 0 ? {} : { CesNonAdvlAmt: toRupees(line.cessFixed) }),
    TotItemVal: toRupees(line.total),
  };
}

function totalsOf({ lines, roundOff, payable }: EInvoiceFacts): Inv01["ValDtls"] {
  const total = (pick: (line: EInvoiceLine) => number) => toRupees(sum(lines.map(pick)));
  return {
    AssVal: total((line) => line.taxable),
    CgstVal: total((line) => line.cgst),
    SgstVal: total((line) => line.sgst + line.utgst),
    IgstVal: total((line) => line.igst),
    CesVal: total((line) => line.cess + line.cessFixed),
    RndOffAmt: toRupees(roundOff),
    TotInvVal: toRupees(payable),
  };
}
