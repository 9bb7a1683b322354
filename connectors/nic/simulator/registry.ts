/** Documents that the simulated portal has registered, and what it answers about them. */
import { createHash } from "node:crypto";
import type { Inv01 } from "../../../contract/inv01.ts";
import type { Clock } from "../../kit/simulator/index.ts";
import type { PortalKeys } from "./keys.ts";
import type { SimFault } from "./rules.ts";

export interface SimDocument {
  readonly irn: string;
  readonly ackNo: number;
  readonly ackAt: string;
  readonly gstin: string;
  readonly buyerGstin: string;
  readonly type: string;
  readonly number: string;
  readonly day: string;
  readonly total: number;
  readonly document: Inv01;
  readonly signedInvoice: string;
  readonly signedQr: string;
  cancelledAt: string | null;
  /** An e-way bill hangs on it: it cannot be cancelled. */
  ewayBill: boolean;
}

const ACK_FIRST = 112_610_000_000_000;
const CANCEL_HOURS = 24;
const READ_HOURS = 48;
const DOCUMENTS_MAX = 100_000;

/** India's clock as the portal writes it. */
export function moment(at: Temporal.Instant): string {
  const there = at.toZonedDateTimeISO("Asia/Kolkata").toPlainDateTime();
  return there.toString({ smallestUnit: "second" }).replace("T", " ");
}

/** SHA-256 of GSTIN, financial year, type and number, worked out here once more. */
export function irnFor(gstin: string, day: string, type: string, number: string): string {
  const [, month = "", year = ""] = day.split("/");
  const from = Number(month) < 4 ? Number(year) - 1 : Number(year);
  const years = `${from}-${String(from + 1).slice(-2)}`;
  return createHash("sha256")
    .update(gstin + years + type + number.toUpperCase())
    .digest("hex");
}

export type Found = { readonly document: SimDocument } | { readonly fault: SimFault };

export class Registry {
  readonly #byIrn = new Map<string, SimDocument>();
  readonly #keys: PortalKeys;
  readonly #clock: Clock;
  #registered = 0;

  constructor(keys: PortalKeys, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  get all(): readonly SimDocument[] {
    return [...this.#byIrn.values()];
  }

  /** The document that has the number, cancelled or not: a number has one IRN for ever. */
  holder(document: Inv01): SimDocument | null {
    const { DocDtls, SellerDtls } = document;
    return this.#byIrn.get(irnFor(SellerDtls.Gstin, DocDtls.Dt, DocDtls.Typ, DocDtls.No)) ?? null;
  }

  register(document: Inv01): SimDocument {
    const { DocDtls, SellerDtls, BuyerDtls, ItemList, ValDtls } = document;
    const irn = irnFor(SellerDtls.Gstin, DocDtls.Dt, DocDtls.Typ, DocDtls.No);
    const at = this.#clock();
    this.#registered += 1;
    const ackNo = ACK_FIRST + this.#registered;
    const main = [...ItemList].sort((a, b) => b.AssAmt - a.AssAmt)[0];
    const kept: SimDocument = {
      irn,
      ackNo,
      ackAt: at.toString(),
      gstin: SellerDtls.Gstin,
      buyerGstin: BuyerDtls.Gstin,
      type: DocDtls.Typ,
      number: DocDtls.No,
      day: DocDtls.Dt,
      total: ValDtls.TotInvVal,
      document,
      signedInvoice: this.#keys.sign({ AckNo: ackNo, AckDt: moment(at), Irn: irn, ...document }),
      signedQr: this.#keys.sign({
        SellerGstin: SellerDtls.Gstin,
        BuyerGstin: BuyerDtls.Gstin,
        DocNo: DocDtls.No,
        DocTyp: DocDtls.Typ,
        DocDt: DocDtls.Dt,
        TotInvVal: ValDtls.TotInvVal,
        ItemCnt: ItemList.length,
        MainHsnCode: main?.HsnCd ?? "",
        Irn: irn,
        IrnDt: moment(at),
      }),
      cancelledAt: null,
      ewayBill: false,
    };
    this.#byIrn.set(irn, kept);
    const [oldest] = this.#byIrn.keys();
    if (this.#byIrn.size > DOCUMENTS_MAX && oldest !== undefined) this.#byIrn.delete(oldest);
    return kept;
  }

  byIrn(irn: string, gstin: string): Found {
    const found = this.#byIrn.get(irn);
    if (!found) return { fault: { code: "2148", message: "IRN data is not available" } };
    if (found.gstin !== gstin) return { fault: { code: "2143", message: "the IRN belongs to another GSTIN" } };
    if (this.#hoursSince(found) > READ_HOURS)
      return { fault: { code: "2283", message: "the IRN is too old to be read" } };
    return { document: found };
  }

  byNumber(gstin: string, type: string, number: string, day: string): Found {
    const found = this.#byIrn.get(irnFor(gstin, day, type, number));
    if (!found || found.day !== day) return { fault: { code: "2154", message: "no details are found" } };
    return { document: found };
  }

  cancel(irn: string, gstin: string): Found {
    const found = this.#byIrn.get(irn);
    if (!found) return { fault: { code: "2148", message: "IRN data is not available" } };
    if (found.gstin !== gstin) return { fault: { code: "2143", message: "the IRN belongs to another GSTIN" } };
    if (found.cancelledAt !== null) return { fault: { code: "9999", message: "invoice is not active" } };
    if (this.#hoursSince(found) > CANCEL_HOURS)
      return { fault: { code: "2270", message: "the allowed time of 24 hours is over" } };
    if (found.ewayBill) return { fault: { code: "2230", message: "an e-way bill is active" } };
    found.cancelledAt = this.#clock().toString();
    return { document: found };
  }

  clear(): void {
    this.#byIrn.clear();
  }

  #hoursSince({ ackAt }: SimDocument): number {
    return this.#clock().since(Temporal.Instant.from(ackAt)).total("hours");
  }
}
