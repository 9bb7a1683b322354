import { z } from "zod";
import { paise } from "../kernel/index.ts";
import { idField, optionalTextField, textField } from "../platform/http/fields.ts";
import { type Route, route } from "../platform/http/route.ts";
import { GRADES } from "../putaway/index.ts";
import { allocateCourier, cancelReversePickup, editReversePickup, pickedUp } from "./change-reverse-pickup.ts";
import { createReversePickup } from "./create-reverse-pickup.ts";
import { receiveReversePickup } from "./receive-pickup.ts";
import { acceptReplacement, declineReplacement, offerReplacement, reship } from "./send-instead.ts";

const MANAGE = "returns.manage";
const RECEIVE = "returns.receive";
const UNITS_MAX = 500;
const IMAGES_MAX = 10;
const AMOUNT_MAX = 100_000_000_00; // ten crore rupees: anything above is a slip of the keyboard
const SIDE_MAX_MM = 10_000;
const WEIGHT_MAX_GRAMS = 1_000_000;

const params = z.object({ returnCaseId: idField<"ReturnCase">() });
const unitId = idField<"SaleOrderItem">();
const amount = z.number().int().min(0).max(AMOUNT_MAX).transform(paise);
const unitIds = z
  .array(unitId)
  .min(1)
  .max(UNITS_MAX)
  .transform((ids) => [...new Set(ids)]);
const side = z.number().int().min(1).max(SIDE_MAX_MM).nullable().default(null);
const box = z.strictObject({
  lengthMm: side,
  widthMm: side,
  heightMm: side,
  weightGrams: z.number().int().min(1).max(WEIGHT_MAX_GRAMS).nullable().default(null),
});
const NO_BOX = { lengthMm: null, widthMm: null, heightMm: null, weightGrams: null };
const address = z.strictObject({
  name: textField(120),
  line1: textField(200),
  line2: optionalTextField(200),
  city: textField(80),
  state: textField(60),
  country: textField(60).default("India"),
  pincode: z
    .string()
    .trim()
    .regex(/^[1-9]\d{5}$/, "is six digits, the first not 0"),
  phone: textField(20),
  email: optionalTextField(120),
});
/** Addresses of the customer's pictures; whether they may be shown is judged by the command. */
const imageUrls = z.array(z.string().trim().min(1).max(1_000)).max(IMAGES_MAX).default([]);
const courier = z.strictObject({ courierCode: textField(100), awb: optionalTextField(100) });

const newPickup = z.strictObject({
  saleOrderId: idField<"SaleOrder">(),
  /** The seller's own code; made here when left out. */
  code: optionalTextField(45),
  units: z
    .array(
      z.strictObject({
        unitId,
        reason: optionalTextField(300),
        imageUrls,
        /** Another SKU offered to the customer, at this price of one, tax included. */
        replacement: z
          .strictObject({ sku: textField(60), pricePaise: amount })
          .nullable()
          .default(null),
      }),
    )
    .min(1)
    .max(UNITS_MAX)
    .refine((units) => new Set(units.map((unit) => unit.unitId)).size === units.length, "names a unit twice"),
  reason: optionalTextField(300),
  actionCode: optionalTextField(45),
  pickupAddress: address.nullable().default(null),
  /** Where what is sent instead goes; null: where it is collected. */
  shippingAddress: address.nullable().default(null),
  box: box.default(NO_BOX),
  returnFacilityId: idField<"Facility">().nullable().default(null),
  courier: courier.nullable().default(null),
});
const made = z.object({ returnCaseId: z.string(), code: z.string() });
const wantedOf = ({ units, ...rest }: z.output<typeof newPickup>) => ({
  ...rest,
  units: units.map(({ replacement, ...unit }) => ({
    ...unit,
    replacement: replacement && { sku: replacement.sku, price: replacement.pricePaise },
  })),
});

const instead = {
  /** A channel of the source Custom; left out: the only one. */
  channelId: idField<"Channel">().nullable().default(null),
  paymentType: z.enum(["COD", "PREPAID"]).default("PREPAID"),
};
const insteadAnswer = z.object({
  saleOrderId: z.string(),
  order: z.string(),
  units: z.number().int(),
  /** By how much it costs more (or, below 0, less) than what comes back, in paise. */
  differencePaise: z.number().int(),
});

const pickups: Route[] = [
  route({
    method: "POST",
    path: "/returns/reverse-pickups",
    summary: "Create a reverse pickup by hand, where the channel does not send them",
    permission: MANAGE,
    body: newPickup,
    answer: made,
    handle: (ctx, { body }) => createReversePickup(ctx, wantedOf(body), false),
  }),
  route({
    method: "POST",
    path: "/returns/reverse-pickups/override",
    summary: "Create a reverse pickup by hand although the channel sends them",
    permission: "returns.override",
    body: newPickup,
    answer: made,
    handle: (ctx, { body }) => createReversePickup(ctx, wantedOf(body), true),
  }),
  route({
    method: "PATCH",
    path: "/returns/:returnCaseId",
    summary: "Change a reverse pickup that has not arrived; what is left out stays",
    permission: MANAGE,
    params,
    body: z.strictObject({
      reason: optionalTextField(300).optional(),
      actionCode: optionalTextField(45).optional(),
      pickupAddress: address.nullable().optional(),
      shippingAddress: address.nullable().optional(),
      box: box.optional(),
      returnFacilityId: idField<"Facility">().nullable().optional(),
      units: z
        .array(z.strictObject({ unitId, reason: optionalTextField(300), imageUrls }))
        .max(UNITS_MAX)
        .optional(),
    }),
    handle: (ctx, { params: { returnCaseId }, body }) => {
      const { units, ...rest } = body;
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      return editReversePickup(ctx, returnCaseId, units === undefined ? given : { ...given, units });
    },
  }),
  route({
    method: "POST",
    path: "/returns/:returnCaseId/courier",
    summary: "Give a reverse pickup its courier and tracking number",
    permission: MANAGE,
    params,
    body: courier,
    handle: (ctx, { params: { returnCaseId }, body }) => allocateCourier(ctx, returnCaseId, body),
  }),
  route({
    method: "POST",
    path: "/returns/:returnCaseId/picked-up",
    summary: "Say that the courier has the goods of a reverse pickup",
    permission: MANAGE,
    params,
    handle: (ctx, { params: { returnCaseId } }) => pickedUp(ctx, returnCaseId),
  }),
  route({
    method: "POST",
    path: "/returns/:returnCaseId/cancel",
    summary: "Cancel a reverse pickup, as a whole and before it is picked up",
    permission: MANAGE,
    params,
    body: z.strictObject({ unitIds: unitIds.nullable().default(null), reason: optionalTextField(300) }),
    handle: (ctx, { params: { returnCaseId }, body }) => cancelReversePickup(ctx, returnCaseId, body),
  }),
  route({
    method: "POST",
    path: "/returns/:returnCaseId/receive",
    summary: "Receive a reverse pickup: its units wait for Putaway Reverse Pickup Item",
    permission: RECEIVE,
    params,
    body: z.strictObject({
      facilityId: idField<"Facility">(),
      /** Units one by one; absent: everything that is due came. */
      units: z
        .array(
          z.strictObject({
            unitId,
            grade: z.enum(GRADES).nullable().default(null),
            missing: z.boolean().default(false),
          }),
        )
        .min(1)
        .max(UNITS_MAX)
        .optional(),
    }),
    answer: z.object({ received: z.number().int(), missing: z.number().int() }),
    handle: (ctx, { params: { returnCaseId }, body }) =>
      receiveReversePickup(ctx, { returnCaseId, facilityId: body.facilityId, units: body.units ?? null }),
  }),
];

const replacements: Route[] = [
  route({
    method: "PUT",
    path: "/returns/:returnCaseId/units/:unitId/replacement",
    summary: "Offer another SKU for a unit that comes back",
    permission: MANAGE,
    params: params.extend({ unitId }),
    body: z.strictObject({ sku: textField(60), pricePaise: amount }),
    handle: (ctx, { params: of, body }) =>
      offerReplacement(ctx, of.returnCaseId, { unitId: of.unitId, sku: body.sku, price: body.pricePaise }),
  }),
  route({
    method: "POST",
    path: "/returns/:returnCaseId/replacement/accept",
    summary: "The customer takes what was offered: a new order is made",
    permission: MANAGE,
    params,
    body: z.strictObject({ ...instead, unitIds: unitIds.nullable().default(null) }),
    answer: insteadAnswer,
    handle: async (ctx, { params: { returnCaseId }, body }) => {
      const accepted = await acceptReplacement(ctx, returnCaseId, body);
      if (!accepted.ok) return accepted;
      const { difference, ...rest } = accepted.value;
      return { ...rest, differencePaise: difference };
    },
  }),
  route({
    method: "POST",
    path: "/returns/:returnCaseId/replacement/decline",
    summary: "The customer does not want what was offered",
    permission: MANAGE,
    params,
    body: z.strictObject({ unitIds: unitIds.nullable().default(null) }),
    answer: z.object({ declined: z.number().int() }),
    handle: (ctx, { params: { returnCaseId }, body }) => declineReplacement(ctx, returnCaseId, body.unitIds),
  }),
  route({
    method: "POST",
    path: "/returns/:returnCaseId/reship",
    summary: "Send the same once more: a new order of the same SKUs",
    permission: MANAGE,
    params,
    body: z.strictObject({ ...instead, unitIds }),
    answer: insteadAnswer,
    handle: async (ctx, { params: { returnCaseId }, body }) => {
      const sent = await reship(ctx, returnCaseId, body);
      if (!sent.ok) return sent;
      const { difference, ...rest } = sent.value;
      return { ...rest, differencePaise: difference };
    },
  }),
];

export const reversePickupRoutes: Route[] = [...pickups, ...replacements];
