/** INV-01 1.1, the document that an invoice registration portal takes: its type and its validator. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { type Checked, check } from "./compile.ts";

export type YesNo = "Y" | "N";
export type SupplyType = "B2B" | "SEZWP" | "SEZWOP" | "EXPWP" | "EXPWOP" | "DEXP";
export type DocumentTyp = "INV" | "CRN" | "DBN";

export interface Inv01TranDtls {
  readonly TaxSch: "GST";
  readonly SupTyp: SupplyType;
  readonly RegRev?: YesNo;
  readonly EcmGstin?: string;
  readonly IgstOnIntra?: YesNo;
}

export interface Inv01DocDtls {
  readonly Typ: DocumentTyp;
  readonly No: string;
  /** dd/mm/yyyy */
  readonly Dt: string;
}

export interface Inv01Place {
  readonly Addr1: string;
  readonly Addr2?: string;
  readonly Loc: string;
  readonly Pin: number;
  readonly Stcd: string;
}

export interface Inv01Seller extends Inv01Place {
  readonly Gstin: string;
  readonly LglNm: string;
  readonly TrdNm?: string;
  readonly Ph?: string;
  readonly Em?: string;
}

export interface Inv01Buyer extends Omit<Inv01Place, "Pin"> {
  readonly Gstin: string;
  readonly LglNm: string;
  readonly TrdNm?: string;
  /** Place of supply. */
  readonly Pos: string;
  readonly Pin?: number;
  readonly Ph?: string;
  readonly Em?: string;
}

export interface Inv01Dispatch extends Inv01Place {
  readonly Nm: string;
}

export interface Inv01ShipTo extends Inv01Place {
  readonly Gstin?: string;
  readonly LglNm: string;
  readonly TrdNm?: string;
}

/** Amounts are rupees. */
export interface Inv01Item {
  readonly SlNo: string;
  readonly PrdDesc?: string;
  readonly IsServc: YesNo;
  readonly HsnCd: string;
  readonly Barcde?: string;
  readonly Qty?: number;
  readonly FreeQty?: number;
  readonly Unit?: string;
  readonly UnitPrice: number;
  readonly TotAmt: number;
  readonly Discount?: number;
  readonly PreTaxVal?: number;
  readonly AssAmt: number;
  readonly GstRt: number;
  readonly IgstAmt?: number;
  readonly CgstAmt?: number;
  readonly SgstAmt?: number;
  readonly CesRt?: number;
  readonly CesAmt?: number;
  readonly CesNonAdvlAmt?: number;
  readonly StateCesRt?: number;
  readonly StateCesAmt?: number;
  readonly StateCesNonAdvlAmt?: number;
  readonly OthChrg?: number;
  readonly TotItemVal: number;
  readonly OrdLineRef?: string;
  readonly OrgCntry?: string;
  readonly PrdSlNo?: string;
  readonly BchDtls?: { readonly Nm: string; readonly ExpDt?: string; readonly WrDt?: string };
  readonly AttribDtls?: readonly { readonly Nm?: string; readonly Val?: string }[];
}

export interface Inv01Totals {
  readonly AssVal: number;
  readonly CgstVal?: number;
  readonly SgstVal?: number;
  readonly IgstVal?: number;
  readonly CesVal?: number;
  readonly StCesVal?: number;
  readonly Discount?: number;
  readonly OthChrg?: number;
  readonly RndOffAmt?: number;
  readonly TotInvVal: number;
  readonly TotInvValFc?: number;
}

export interface Inv01Payment {
  readonly Nm?: string;
  readonly AccDet?: string;
  readonly Mode?: string;
  readonly FinInsBr?: string;
  readonly PayTerm?: string;
  readonly PayInstr?: string;
  readonly CrTrn?: string;
  readonly DirDr?: string;
  readonly CrDay?: number;
  readonly PaidAmt?: number;
  readonly PaymtDue?: number;
}

export interface Inv01References {
  readonly InvRm?: string;
  readonly DocPerdDtls?: { readonly InvStDt: string; readonly InvEndDt: string };
  readonly PrecDocDtls?: readonly { readonly InvNo: string; readonly InvDt: string; readonly OthRefNo?: string }[];
  readonly ContrDtls?: readonly {
    readonly RecAdvRefr?: string;
    readonly RecAdvDt?: string;
    readonly TendRefr?: string;
    readonly ContrRefr?: string;
    readonly ExtRefr?: string;
    readonly ProjRefr?: string;
    readonly PORefr?: string;
    readonly PORefDt?: string;
  }[];
}

export interface Inv01Export {
  readonly ShipBNo?: string;
  readonly ShipBDt?: string;
  readonly Port?: string;
  readonly RefClm?: YesNo;
  readonly ForCur?: string;
  readonly CntCode?: string;
  readonly ExpDuty?: number;
}

export interface Inv01EwayBill {
  readonly TransId?: string;
  readonly TransName?: string;
  readonly TransMode?: "1" | "2" | "3" | "4";
  readonly Distance: number;
  readonly TransDocNo?: string;
  readonly TransDocDt?: string;
  readonly VehNo?: string;
  readonly VehType?: "O" | "R";
}

export interface Inv01 {
  readonly Version: "1.1";
  readonly TranDtls: Inv01TranDtls;
  readonly DocDtls: Inv01DocDtls;
  readonly SellerDtls: Inv01Seller;
  readonly BuyerDtls: Inv01Buyer;
  readonly DispDtls?: Inv01Dispatch;
  readonly ShipDtls?: Inv01ShipTo;
  readonly ItemList: readonly Inv01Item[];
  readonly ValDtls: Inv01Totals;
  readonly PayDtls?: Inv01Payment;
  readonly RefDtls?: Inv01References;
  readonly AddlDocDtls?: readonly { readonly Url?: string; readonly Docs?: string; readonly Info?: string }[];
  readonly ExpDtls?: Inv01Export;
  readonly EwbDtls?: Inv01EwayBill;
}

let compiled: ValidateFunction<Inv01> | undefined;

/** Checks a value against the schema: form alone, no sums. The file is read and compiled when first asked for. */
export function checkInv01(value: unknown): Checked<Inv01> {
  compiled ??= compile();
  return check(compiled, value);
}

function compile(): ValidateFunction<Inv01> {
  const schema: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "e-invoice-inv01.schema.json"), "utf8"));
  if (typeof schema !== "object" || schema === null) throw new Error("e-invoice-inv01.schema.json holds an object");
  return new Ajv2020({ strict: true, allErrors: true }).compile<Inv01>(schema);
}
