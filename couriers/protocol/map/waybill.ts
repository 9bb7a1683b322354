/** A parcel in the protocol's spelling: the wish for a number, its correction, and the answer. Pure. */
import type { InAnswer } from "../../../connectors/kit/index.ts";
import type { RequestBody, Schema } from "../../../contract/types.ts";
import { validator } from "../../../contract/validators.ts";
import type { Paise } from "../../../src/kernel/index.ts";
import type { Waybill, WaybillChange, WaybillLine, WaybillParty, WaybillWish } from "../../kit/index.ts";
import { isJson, type Reading, textOf, unfit } from "./answers.ts";
import { shipperDate } from "./time.ts";

/** What the account's settings say of a wish. */
export interface WaybillChoices {
  readonly serviceType: string;
  readonly handOverMode: string;
  readonly courierName: string;
  /** The courier's id of our facility's address; "" sends the address in full. */
  readonly addressId: string;
}

/** The system that the protocol was written for: couriers expect this word. */
const SOURCE = "unicommerce";

/**
 * Forward: we are the pickup side, the customer is the delivery side. Reverse: the roles are swapped, nothing else. Where
 * the courier knows our address by an id, the details are an empty object; where it comes back to is always written out.
 */
export function toWaybill(
  wish: WaybillWish,
  choices: WaybillChoices,
): RequestBody<"shipping-provider", "generateWaybill"> {
  const reverse = wish.direction === "REVERSE";
  const { addressId } = choices;
  const ours = (party: WaybillParty) => (addressId === "" ? toAddress(party) : {});
  return {
    serviceType: choices.serviceType,
    handOverMode: choices.handOverMode,
    returnShipmentFlag: reverse ? "true" : "false",
    Shipment: toShipment(wish),
    deliveryAddressId: reverse ? addressId : "",
    deliveryAddressDetails: reverse ? ours(wish.delivery) : toAddress(wish.delivery),
    pickupAddressId: reverse ? "" : addressId,
    pickupAddressDetails: reverse ? toAddress(wish.pickup) : ours(wish.pickup),
    ...(reverse || wish.returnTo === null
      ? {}
      : { returnAddressId: "", returnAddressDetails: toAddress(wish.returnTo) }),
    currencyCode: "INR",
    paymentMode: wish.collect > 0 ? "COD" : "PREPAID",
    totalAmount: rupees(wish.total),
    collectableAmount: rupees(wish.collect),
    courierName: choices.courierName,
  };
}

function toShipment(wish: WaybillWish): Schema<"shipping-provider", "WaybillShipment"> {
  return {
    ...keysOf(wish),
    source: SOURCE,
    customField: wish.customFields.map(({ name, value }) => ({ name, value })),
    ...(wish.invoiceNumber === null ? {} : { invoiceCode: wish.invoiceNumber }),
    orderDate: shipperDate(wish.orderedAt),
    fullFilllmentTat: shipperDate(wish.dispatchBy), // the contract's spelling
    ...measuresOf(wish),
    items: wish.lines.map(toItem),
  };
}

function keysOf(of: WaybillWish | WaybillChange) {
  return {
    code: of.code,
    SaleOrderCode: of.orderCode,
    orderCode: of.displayOrderCode,
    channelCode: of.channelCode,
    channelName: of.channelName,
  };
}

/** Texts, grams with four decimals, as in the protocol's samples. */
function measuresOf(of: WaybillWish | WaybillChange) {
  return {
    weight: of.weightGrams.toFixed(4),
    length: String(of.lengthMm),
    height: String(of.heightMm),
    breadth: String(of.widthMm),
    numberOfBoxes: String(of.boxes),
  };
}

function toItem(line: WaybillLine): Schema<"shipping-provider", "WaybillItem"> {
  return {
    name: line.name,
    description: line.name,
    quantity: line.quantity,
    skuCode: line.skuCode,
    itemPrice: line.price / 100,
    imageURL: "",
    hsnCode: line.hsn ?? "",
    tags: "",
    brand: line.brand ?? "",
    color: line.color ?? "",
    category: line.category ?? "",
    size: line.size ?? "",
    item_details: "",
    ean: line.ean ?? "",
  };
}

const COUNTRIES = new Intl.DisplayNames(["en"], { type: "region" });

/** No `stateCode`: no page says whether the GST list or the letters of ISO are meant, and the state's name is there. */
function toAddress(party: WaybillParty): Schema<"shipping-provider", "Address"> {
  return {
    name: party.name,
    email: party.email ?? "",
    phone: party.phone,
    address1: party.line1,
    address2: party.line2 ?? "",
    pincode: party.pincode,
    city: party.city,
    state: party.stateName,
    country: COUNTRIES.of(party.country) ?? party.country,
    countryCode: party.country,
    gstin: party.gstin,
  };
}

/** `3439.20` */
function rupees(amount: Paise): string {
  return (amount / 100).toFixed(2);
}

export function toUpdate(change: WaybillChange): RequestBody<"shipping-provider", "updateWaybill"> {
  return {
    Shipment: {
      returnShipmentFlag: change.direction === "REVERSE" ? "true" : "false",
      waybill: change.awb,
      ...keysOf(change),
      orderDate: shipperDate(change.orderedAt),
      ...measuresOf(change),
    },
    source: SOURCE,
  };
}

const allocated = validator("shipping-provider", "WaybillSuccess");
const refused = validator("shipping-provider", "WaybillFailure");

/** The number, or why there is none. One of two schemas by its status, so that words name the field that is wrong. */
export function readWaybill({ json }: Pick<InAnswer, "json">): Reading<Waybill> {
  if (isJson(json) && json.status === "FAILED") {
    const checked = refused(json);
    if (!checked.ok) return unfit("generateWaybill", checked.errors);
    const { reason, message } = checked.value;
    return { kind: "refused", code: textOf(reason), words: textOf(message) ?? textOf(reason) ?? "FAILED" };
  }
  const checked = allocated(json);
  if (!checked.ok) return unfit("generateWaybill", checked.errors);
  const { waybill, courierName, routingCode, shippingLabel } = checked.value;
  const awb = waybill.trim();
  if (awb === "") return unfit("generateWaybill", [{ path: "waybill", message: "is empty" }]);
  return {
    kind: "read",
    value: { awb, carrier: textOf(courierName), routingCode: textOf(routingCode), labelUrl: textOf(shippingLabel) },
  };
}
