import { must } from "../../kernel/index.ts";
import { saveCustomField } from "../../orders/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { type GivenRule, importServiceability, providerByCode, saveRule } from "../../shipping/index.ts";
import { madeOrThere } from "./goods.ts";

/** The field of orders that a rule asks for, too. */
export const GIFT_NOTE = "giftNote";

const field = { choices: [], required: false, defaultValue: null, onLists: true, enabled: true };
const FIELDS: readonly Parameters<typeof saveCustomField>[2][] = [
  { ...field, appliesTo: "ORDER", name: GIFT_NOTE, label: "Gift note", kind: "TEXT" },
  { ...field, appliesTo: "PACKAGE", name: "box", label: "Box", kind: "CHOICE", choices: ["Small", "Medium", "Large"] },
];

/** The store whose parcels go with the courier that is asked by its API. */
export const HAWK_STORE = "Jupiter_Money_2";
/** Grams. */
const HEAVY = 2_000;

type Rule = Pick<GivenRule, "name" | "condition" | "criteria" | "type"> & { readonly courier: string };

/** In their order. Packages that no rule names go to the pools of numbers. */
const RULES: readonly Rule[] = [
  {
    ...{ type: "FORWARD", name: "No cash with Parcel Pool", condition: "order.cod" },
    ...{ criteria: "NOT_ALLOCATE", courier: "PARCEL_POOL" },
  },
  {
    ...{ type: "FORWARD", name: "Gifts with Hawk, wherever to" },
    ...{ condition: `order.customFields["${GIFT_NOTE}"] != ""`, criteria: "FORCE_ALLOCATE", courier: "HAWK" },
  },
  {
    ...{ type: "FORWARD", name: "Heavy by road", condition: `package.weight > ${HEAVY}` },
    ...{ criteria: "ALLOCATE", courier: "PARCEL_POOL" },
  },
  {
    ...{ type: "FORWARD", name: "The second store with Hawk", condition: `order.channel == "${HAWK_STORE}"` },
    ...{ criteria: "ALLOCATE", courier: "HAWK" },
  },
  { type: "REVERSE", name: "Pickups with Hawk", condition: "", criteria: "ALLOCATE", courier: "HAWK" },
];

/**
 * No courier but Hawk goes to Gangtok, where no simulated buyer lives unless a visitor says so, and Hawk takes no cash there; in
 * the middle of Bengaluru the slow one is offered first.
 */
const SERVICEABILITY = `Pincode,Payment Method,Shipping Provider Code,Priority,Sort Code,Serves
737101,PREPAID,HAWK,1,GTK/1,true
737101,COD,HAWK,,,false
737101,PREPAID,PARCEL_POOL,,,false
737101,COD,PARCEL_POOL,,,false
737101,PREPAID,DEMO_EXPRESS,,,false
737101,COD,DEMO_EXPRESS,,,false
737101,PREPAID,DEMO_SURFACE,,,false
737101,COD,DEMO_SURFACE,,,false
560001,PREPAID,DEMO_SURFACE,1,BLR/CBD,true
`;

/** Custom fields, shipping rules and a serviceability file. Takes what an earlier, cut off attempt left. */
export async function seedCarrying(ctx: Ctx): Promise<void> {
  for (const each of FIELDS) madeOrThere(await saveCustomField(ctx, null, each), "CUSTOM_FIELD_NAME_TAKEN");
  for (const { courier, ...rule } of RULES) {
    const provider = await ctx.db.read(ctx.tenantId, (tx) => providerByCode(tx, courier));
    if (!provider) continue; // a visitor has named it otherwise
    const { providerId } = provider;
    const given = { ...rule, providerId, facilityId: null, preference: null, enabled: true };
    madeOrThere(await saveRule(ctx, null, given), "RULE_NAME_TAKEN");
  }
  const bytes = Buffer.from(SERVICEABILITY);
  must(await importServiceability.start(ctx, { fileName: "serviceability.csv", bytes, options: {} }));
}
