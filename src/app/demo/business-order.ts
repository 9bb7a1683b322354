import { configureChannel } from "../../channels/index.ts";
import { listAccounts } from "../../e-invoice/index.ts";
import { must, ok, paise } from "../../kernel/index.ts";
import { createCustomOrders } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { demoChannels } from "./demo.store.ts";
import { gstinOf } from "./seed.ts";

const CHANNEL = "Phone_orders";

const BUYER = {
  ...{ name: "Hillview Hotels Private Limited", line1: "3 Palace Road", line2: null, city: "Bengaluru" },
  ...{ state: "Karnataka", country: "India", pincode: "560001", phone: "9800000031", email: null },
};

/** An order of a registered business, entered by hand: its invoice is in our own series and is reported to the portal. */
export async function enterBusinessOrder(ctx: Ctx): Promise<void> {
  const channel = (await demoChannels(ctx, ctx.tenantId)).find(({ code }) => code === CHANNEL);
  if (!channel) return; // a visitor may have no such channel any more
  const { channelId } = channel;
  const accounts = await ctx.db.read(ctx.tenantId, (tx) => listAccounts(tx));
  if (accounts.some(({ entered }) => entered)) must(await configureChannel(ctx, channelId, { gstEInvoicing: "YES" }));
  const order = {
    ...{ channelId, code: null, placedAt: null, dispatchBy: null, paymentType: "PREPAID" as const, priority: 0 },
    lines: [
      { sku: "MILTON-FLASK-1L", quantity: 10, sellingPrice: paise(849_00), discount: paise(0), facility: "BLR1" },
      { sku: "PRESTIGE-MIXER-750", quantity: 1, sellingPrice: paise(3_299_00), discount: paise(0), facility: "BLR1" },
    ],
    ...{ shippingCharges: paise(0), shippingAddress: BUYER, billingAddress: BUYER },
    ...{ buyerGstin: gstinOf("29", "AABCH1357M"), additionalInfo: null },
  };
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    for (const entered of await createCustomOrders(tx, ctx, [order], "FORM")) must(entered);
    return ok();
  });
}
