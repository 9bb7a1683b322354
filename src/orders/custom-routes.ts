import { z } from "zod";
import { assert, type Paise, paise, ZERO } from "../kernel/index.ts";
import { idField, optionalTextField, textField } from "../platform/http/fields.ts";
import { type Route, route } from "../platform/http/route.ts";
import { createCustomOrders } from "./create-custom-orders.ts";
import { DEFINITIONS_MAX, NAME_CHARS_MAX, VALUE_CHARS_MAX } from "./custom-fields/custom-field.ts";
import { importOrders } from "./import-orders.ts";

const AMOUNT_MAX = 100_000_000_00; // ten crore rupees: anything above is a slip of the keyboard
const amount = z
  .number()
  .int()
  .min(0)
  .max(AMOUNT_MAX)
  .transform((given): Paise => paise(given));
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
/** Text of custom fields by name; each is checked against its definition. */
const customFields = z
  .array(z.strictObject({ name: textField(NAME_CHARS_MAX), value: z.string().max(VALUE_CHARS_MAX) }))
  .max(DEFINITIONS_MAX)
  .optional();
const line = z.strictObject({
  sku: textField(60),
  quantity: z.number().int().min(1).max(10_000),
  /** Paise for one piece, tax included, before discount. */
  sellingPricePaise: amount,
  /** Paise for one piece. */
  discountPaise: amount.default(ZERO),
  facility: optionalTextField(45),
  customFields,
});

/** Orders taken by a person: by form and by CSV. */
export const customOrderRoutes: Route[] = [
  route({
    method: "POST",
    path: "/orders",
    summary: "Enter an order by hand on a channel of the source Custom",
    permission: "orders.create",
    body: z.strictObject({
      channelId: idField<"Channel">(),
      /** The seller's own number; made here when left out. */
      code: optionalTextField(45),
      paymentType: z.enum(["COD", "PREPAID"]),
      dispatchBy: z.iso.datetime({ offset: true }).nullish(),
      priority: z.number().int().min(-1000).max(1000).default(0),
      lines: z.array(line).min(1).max(200),
      shippingChargesPaise: amount.default(ZERO),
      shippingAddress: address,
      /** Left out: the shipping address. */
      billingAddress: address.optional(),
      buyerGstin: optionalTextField(15),
      additionalInfo: optionalTextField(500),
      customFields,
    }),
    answer: z.object({
      code: z.string(),
      outcome: z.enum(["CREATED", "RECEIVED", "UNCHANGED"]),
      saleOrderId: z.string().nullable(),
    }),
    handle: (ctx, { body }) =>
      ctx.db.transaction(ctx.tenantId, async (tx) => {
        const [made] = await createCustomOrders(
          tx,
          ctx,
          [
            {
              channelId: body.channelId,
              code: body.code,
              placedAt: null,
              dispatchBy: body.dispatchBy ? Temporal.Instant.from(body.dispatchBy) : null,
              paymentType: body.paymentType,
              priority: body.priority,
              lines: body.lines.map(({ sellingPricePaise, discountPaise, customFields: own, ...rest }) => ({
                ...rest,
                ...(own ? { customFields: own } : {}),
                sellingPrice: sellingPricePaise,
                discount: discountPaise,
              })),
              shippingCharges: body.shippingChargesPaise,
              shippingAddress: body.shippingAddress,
              billingAddress: body.billingAddress ?? body.shippingAddress,
              buyerGstin: body.buyerGstin,
              additionalInfo: body.additionalInfo,
              ...(body.customFields ? { customFields: body.customFields } : {}),
            },
          ],
          "FORM",
        );
        assert(made !== undefined, "one order has one result");
        return made;
      }),
  }),
  ...importOrders.routes,
];
