import type { ParcelFacts, ShipmentFacts } from "../../../connectors/kit/index.ts";
import { ok, type Result, refuse } from "../../kernel/index.ts";
import { type DispatchRow, dispatchLines, piecesOf } from "../manifest/dispatch-facts.ts";
import type { StepPackage } from "../steps.store.ts";

/** A package as its channel knows it. Pure, as all of this file. */
export function parcelFacts(row: DispatchRow): ParcelFacts {
  return {
    channelOrderId: row.channelOrderId,
    packageCode: row.code,
    lines: [...Map.groupBy(row.units, (unit) => unit.line)].map(([channelOrderItemId, units]) => ({
      channelOrderItemId,
      productId: units[0]?.productId ?? "",
      variantId: units[0]?.variantId ?? "",
      quantity: piecesOf(units),
    })),
  };
}

type Box = Pick<StepPackage, "code" | "channelCode" | "weightGrams" | "lengthMm" | "widthMm" | "heightMm">;

/** Has the package all that a channel makes labels from? Refuses SHIPMENT_INCOMPLETE, naming what it lacks. */
export function decideBox(
  parcel: Box,
): Result<Pick<ShipmentFacts, "lengthMm" | "widthMm" | "heightMm" | "weightGrams">> {
  const { weightGrams, lengthMm, widthMm, heightMm } = parcel;
  if (weightGrams !== null && lengthMm !== null && widthMm !== null && heightMm !== null)
    return ok({ weightGrams, lengthMm, widthMm, heightMm });
  return refuse("SHIPMENT_INCOMPLETE", {
    package: parcel.code,
    channel: parcel.channelCode,
    missing: missingOf(parcel),
  });
}

/** What is not known of box and weight. */
export function missingOf({ weightGrams, lengthMm, widthMm, heightMm }: Box): string[] {
  return [
    ...(weightGrams === null ? ["weight"] : []),
    ...(lengthMm === null ? ["length"] : []),
    ...(widthMm === null ? ["width"] : []),
    ...(heightMm === null ? ["height"] : []),
  ];
}

/** Box, weight, invoice and the rates of the stored invoice. Null where the package has no invoice. */
export function shipmentFacts(
  row: DispatchRow,
  box: Pick<ShipmentFacts, "lengthMm" | "widthMm" | "heightMm" | "weightGrams">,
): ShipmentFacts | null {
  const { channelOrderId, invoiceNumber, invoicedOn } = row;
  if (invoiceNumber === null || invoicedOn === null) return null;
  return { channelOrderId, invoiceNumber, invoicedOn, ...box, lines: dispatchLines(row) };
}
