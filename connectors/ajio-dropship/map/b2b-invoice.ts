/** AJIO's B2B invoice in our words. Pure. */
import type { Schema } from "../../../contract/types.ts";
import type { ChannelInvoice } from "../../kit/index.ts";
import { isPdf, type Reading, readBase64 } from "../../protocol/map/documents.ts";
import type {} from "../contract/index.ts";
import { readItems, readPaperTime } from "./items.ts";

type B2bInvoice = Schema<"ajio-dropship", "B2bInvoice">;

/** An invoice that has a number. @param zone in which its time is read */
export function readB2bInvoice(answer: B2bInvoice, zone: string): Reading<ChannelInvoice> {
  const number = answer.invoiceNumber.trim();
  const issuedAt = readPaperTime(answer.invoiceDate, zone);
  if (issuedAt === null) return { ok: false, words: `invoice ${number}: ${answer.invoiceDate} is no time` };
  const items = readItems(`invoice ${number}`, answer.items);
  if (!items.ok) return items;
  const lines = items.value.map(({ channelOrderItemId, productId, variantId, rates, taxable }) => {
    return { channelOrderItemId, productId, variantId, rates, taxable };
  });
  const pdf = readBase64(answer.document);
  if (pdf === null || !isPdf(pdf)) return { ok: false, words: `invoice ${number}: its document is no PDF in base64` };
  return { ok: true, value: { number, issuedAt, lines, buyer: readBuyer(answer.buyer), pdf } };
}

function readBuyer(buyer: B2bInvoice["buyer"]): NonNullable<ChannelInvoice["buyer"]> {
  const { name, gstin, addressLine1, addressLine2, city, state, pincode } = buyer;
  const lines = [addressLine1, addressLine2 ?? "", `${city}, ${state} ${pincode}`].map((line) => line.trim());
  // AJIO says the state in words; a registration begins with its code, and the two must agree on an e-invoice.
  const stateCode = /^\d{2}(?=[0-9A-Z]{13}$)/.exec(gstin.trim())?.[0];
  return {
    name: name.trim(),
    gstin: gstin.trim() === "" ? null : gstin.trim(),
    addressLines: lines.filter((line) => line !== ""),
    ...(city.trim() === "" ? {} : { city: city.trim() }),
    ...(stateCode === undefined ? {} : { stateCode }),
    ...(pincode.trim() === "" ? {} : { pincode: pincode.trim() }),
  };
}
