import { paise } from "../kernel/index.ts";
import type { LabelDocument } from "../shipping/index.ts";
import { stateByCode } from "../warehouse/index.ts";
import type { LabelFacts } from "./steps.store.ts";

/** What a label shows, that of the first box. Pure. Every print after the first is a copy and says so. */
export function labelOf(facts: LabelFacts): LabelDocument {
  const { to, from, collect, invoiceNumber, issuedOn, invoiceTotal, lengthMm, widthMm, heightMm } = facts;
  const sized = lengthMm !== null && widthMm !== null && heightMm !== null;
  return {
    templateVersion: 1,
    copy: facts.copies > 1,
    courier: facts.courier,
    service: facts.carrier === facts.courier ? null : facts.carrier, // behind an aggregator it is who comes for it
    awb: facts.awb,
    sortCode: facts.sortCode,
    payment: collect > 0 ? { mode: "COD", collect: paise(collect) } : { mode: "PREPAID" },
    shipTo: {
      name: to.name,
      addressLines: lines(to.line1, to.line2),
      city: to.city,
      stateName: to.stateName,
      pincode: to.pincode,
      phone: to.phone === "" ? null : to.phone,
    },
    returnTo: {
      name: from.name,
      addressLines: lines(from.line1, from.line2),
      city: from.city,
      stateName: stateByCode(from.stateCode)?.name ?? "",
      pincode: from.pincode,
      phone: from.phone,
    },
    channelName: facts.channelName,
    orderNumber: facts.orderNumber,
    packageCode: facts.code,
    invoice:
      invoiceNumber === null || issuedOn === null || invoiceTotal === null
        ? null
        : { number: invoiceNumber, issuedOn: issuedOn.toString(), value: paise(invoiceTotal) },
    weightGrams: facts.weightGrams,
    sizeMm: sized ? { length: lengthMm, width: widthMm, height: heightMm } : null,
    box: { number: 1, of: facts.boxes },
    products: facts.products,
  };
}

function lines(...parts: (string | null)[]): string[] {
  return parts.flatMap((part) => (part === null || part.trim() === "" ? [] : [part.trim()]));
}
