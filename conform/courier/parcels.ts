/** The parcels that a courier is asked to carry: made up, from the contract's examples. */
import type { Json } from "../../contract/compile.ts";
import { INDIA } from "../../src/kernel/index.ts";
import { exampleBody, part } from "../contract-example.ts";
import type { CourierOptions } from "./options.ts";

const CONTRACT = "shipping-provider";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

export type ParcelKind = "prepaid" | "cod" | "reverse" | "variety" | "addressId";
export const PARCEL_KINDS: readonly ParcelKind[] = ["prepaid", "cod", "reverse", "variety", "addressId"];

export interface ParcelPlan {
  readonly kind: ParcelKind;
  /** Of the parcel, or of the reverse pickup. */
  readonly code: string;
  readonly reverse: boolean;
}

/** `16-Sep-2021 00:00:00`, in Indian time. */
export function courierDate(at: Temporal.Instant): string {
  const { month, day, year, hour, minute, second } = at.toZonedDateTimeISO(INDIA);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(day)}-${MONTHS[month - 1]}-${year} ${two(hour)}:${two(minute)}:${two(second)}`;
}

const COURIER_DATE = /^(\d{2})-([A-Z][a-z]{2})-(\d{4}) (\d{2}):(\d{2}):(\d{2})$/;

/** Read as Indian time; null for what is no such text. */
export function readCourierDate(text: string): Temporal.Instant | null {
  const [, day, name, year, hour, minute, second] = COURIER_DATE.exec(text) ?? [];
  const month = MONTHS.map(String).indexOf(name ?? "") + 1;
  if (month === 0) return null;
  const fields = { year: Number(year), month, day: Number(day), hour: Number(hour), minute: Number(minute) };
  try {
    return Temporal.ZonedDateTime.from(
      { ...fields, second: Number(second), timeZone: INDIA },
      { overflow: "reject" },
    ).toInstant();
  } catch (error) {
    if (error instanceof RangeError) return null; // the 31st of February
    throw error;
  }
}

export function planOf(stamp: string, kind: ParcelKind): ParcelPlan {
  const number = PARCEL_KINDS.indexOf(kind) + 1;
  return { kind, code: `CF-${stamp}-${number}`, reverse: kind === "reverse" };
}

/** The body of /waybill for a parcel. */
export function waybillBody(
  { kind, code, reverse }: ParcelPlan,
  { pincode, pickupPincode, pickupId }: Pick<CourierOptions, "pincode" | "pickupPincode" | "pickupId">,
  startedAt: Temporal.Instant,
): Json {
  const sample = exampleBody(CONTRACT, "/waybill", reverse ? "reverse" : "forward");
  const customer = { ...part(sample, reverse ? "pickupAddressDetails" : "deliveryAddressDetails"), pincode };
  const seller = {
    ...part(sample, reverse ? "deliveryAddressDetails" : "pickupAddressDetails"),
    pincode: pickupPincode,
  };
  const isCod = kind === "cod";
  const forward = {
    deliveryAddressDetails: customer,
    pickupAddressDetails: kind === "addressId" ? {} : seller,
    pickupAddressId: kind === "addressId" ? pickupId : "",
    returnAddressDetails: kind === "addressId" ? {} : seller,
    returnAddressId: kind === "addressId" ? pickupId : "",
  };
  const body = {
    ...sample,
    Shipment: {
      ...part(sample, "Shipment"),
      code,
      SaleOrderCode: `CFO-${code}`,
      orderCode: `#${code}`,
      ...(reverse ? {} : { invoiceCode: `CFI-${code}` }),
      orderDate: courierDate(startedAt.subtract({ hours: 4 })),
      fullFilllmentTat: courierDate(startedAt.add({ hours: 20 })),
    },
    ...(reverse ? { pickupAddressDetails: customer, deliveryAddressDetails: seller } : forward),
    paymentMode: isCod ? "COD" : "PREPAID",
    totalAmount: "3439.20",
    collectableAmount: isCod ? "3439.20" : "0.00",
  };
  return kind === "variety" ? varied(body) : body;
}

/** Several pieces, other scripts, figures as numbers, what is optional left out, and a member that nobody knows. */
function varied(body: Json): Json {
  const { serviceType: _, handOverMode: __, courierName: ___, returnAddressId: ____, ...rest } = body;
  const shipment = part(body, "Shipment");
  const { customField: _____, numberOfBoxes: ______, ...parcel } = shipment;
  const { code, orderCode } = shipment;
  return {
    ...rest,
    godownConform: { nested: [1, null] },
    Shipment: {
      ...parcel,
      code,
      orderCode,
      weight: 1250.5,
      length: 300,
      height: 100,
      breadth: 150,
      items: [
        { name: "हाथ से बनी साड़ी “नीलम” 🌸", description: "रेशम", quantity: 3 },
        { ...part(shipment, "items"), name: "Kurta, cotton, hand-printed, ".repeat(8), quantity: 2 },
      ],
    },
    deliveryAddressDetails: {
      ...part(body, "deliveryAddressDetails"),
      name: "प्रिया D’Souza",
      address1: "Flat 4/B, “Neelam” Apts, near St. Mary’s – 2nd cross",
      address2: null,
      email: null,
    },
    totalAmount: 9_999.99,
    collectableAmount: 0,
  };
}

export function updateBody({ code, reverse }: ParcelPlan, waybill: string, startedAt: Temporal.Instant): Json {
  const sample = exampleBody(CONTRACT, "/waybill/update");
  return {
    ...sample,
    Shipment: {
      ...part(sample, "Shipment"),
      returnShipmentFlag: String(reverse),
      waybill,
      code,
      SaleOrderCode: `CFO-${code}`,
      orderCode: `#${code}`,
      orderDate: courierDate(startedAt.subtract({ hours: 4 })),
    },
  };
}
