/** Parcels of the suite. */
import { must } from "../../../connectors/kit/suite/world.ts";
import { paise } from "../../../src/kernel/index.ts";
import type { Waybill, WaybillChange, WaybillParty, WaybillWish } from "../courier.ts";
import { type CourierRig, NOW } from "./world.ts";

export const WAREHOUSE: WaybillParty = {
  name: "Suite Stores Pvt Ltd",
  phone: "8888888888",
  email: null,
  line1: "Plot 4, Okhla Phase II",
  line2: null,
  city: "New Delhi",
  stateName: "Delhi",
  stateCode: "07",
  pincode: "110020",
  country: "IN",
  gstin: "07AAFCC9980M1ZX",
};

export const CUSTOMER: WaybillParty = {
  name: "Gita Rao",
  phone: "9999999999",
  email: "gita@example.com",
  line1: "12 MG Road",
  line2: "2nd floor",
  city: "Bengaluru",
  stateName: "Karnataka",
  stateCode: "29",
  pincode: "560001",
  country: "IN",
  gstin: null,
};

/** A parcel with one line of two pieces, paid; the other way round where it is reverse. */
export function aWish(code: string, over: Partial<WaybillWish> = {}): WaybillWish {
  const reverse = over.direction === "REVERSE";
  return {
    direction: "FORWARD",
    code,
    facilityCode: "DEL1",
    orderCode: `SO-${code}`,
    displayOrderCode: `#${code}`,
    channelCode: "SUITE",
    channelName: "Suite shop",
    orderedAt: NOW.subtract({ hours: 20 }),
    dispatchBy: NOW.add({ hours: 24 }),
    invoiceNumber: reverse ? null : `INV-${code}`,
    weightGrams: 530,
    lengthMm: 300,
    widthMm: 150,
    heightMm: 100,
    boxes: 1,
    lines: [
      {
        skuCode: "SUITE-SHOE-8",
        name: "Shoe",
        quantity: 2,
        price: paise(1_719_60),
        hsn: "640299",
        brand: null,
        color: "Black",
        size: "8",
        category: "Shoes",
        ean: null,
      },
    ],
    pickup: reverse ? CUSTOMER : WAREHOUSE,
    delivery: reverse ? WAREHOUSE : CUSTOMER,
    returnTo: reverse ? null : WAREHOUSE,
    total: paise(3_439_20),
    collect: paise(0),
    shippingMethod: "STD",
    customFields: [],
    ...over,
  };
}

export function aChange(code: string, awb: string, over: Partial<WaybillChange> = {}): WaybillChange {
  const { direction, orderCode, displayOrderCode, channelCode, channelName, orderedAt } = aWish(code);
  const { lengthMm, widthMm, heightMm, boxes } = aWish(code);
  return {
    direction,
    awb,
    code,
    orderCode,
    displayOrderCode,
    channelCode,
    channelName,
    orderedAt,
    weightGrams: 610,
    lengthMm,
    widthMm,
    heightMm,
    boxes,
    ...over,
  };
}

export function aWaybill(rig: CourierRig, code: string, over: Partial<WaybillWish> = {}): Promise<Waybill> {
  return must(`a waybill for ${code}`, rig.run("createWaybill", aWish(code, over)));
}
