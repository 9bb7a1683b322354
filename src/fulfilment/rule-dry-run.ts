import { z } from "zod";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { idField } from "../platform/http/fields.ts";
import { type Route, route } from "../platform/http/route.ts";
import {
  allRules,
  type Explanation,
  explainParcel,
  providerById,
  type RuleType,
  readCondition,
  ruleBody,
  rulesWithDraft,
  type ShippingRule,
} from "../shipping/index.ts";
import { packagesToExplain, waitingToExplain } from "./rule-dry-run.store.ts";
import { parcelsOfPackages, parcelsOfWaiting, type RuleParcel } from "./rule-facts.ts";

const draftBody = ruleBody.extend({
  /** The rule that the draft stands for; null: a new one. */
  ruleId: idField<"ShippingRule">().nullable().default(null),
});
type Draft = z.output<typeof draftBody>;

interface ExplainedParcel extends Explanation {
  readonly orderCode: string;
  /** Null: what waits of the order, as the one parcel that it would be. */
  readonly packageCode: string | null;
  readonly facility: string;
  /** The channel ships it: couriers of ours are not asked. */
  readonly channelShips: boolean;
}

/** Which courier the parcels of an order or package would get by the rules, of which one may be a draft, and why. Writes nothing. Refuses CONDITION_INVALID, PARCEL_NOT_FOUND, RULE_PROVIDER_UNKNOWN. */
function dryRun(
  ctx: Ctx,
  input: { code: string; type: RuleType; draft: Draft | null },
): Promise<Result<{ parcels: ExplainedParcel[]; withoutFacility: boolean }>> {
  return ctx.db.read(ctx.tenantId, async (tx) => {
    const { code, type, draft } = input;
    const condition = readCondition(draft?.condition ?? "");
    if (!condition.ok) return condition;
    const { parcels, withoutFacility } = await parcelsOf(tx, ctx, code);
    if (parcels.length === 0 && !withoutFacility) return refuse("PARCEL_NOT_FOUND", { code });
    const rules = await rulesOf(tx, type, draft);
    if (!rules.ok) return rules;
    const explained: ExplainedParcel[] = [];
    for (const parcel of parcels) // at most 40: packages and waiting parts of one order
      explained.push({
        orderCode: parcel.orderCode,
        packageCode: parcel.packageCode,
        facility: parcel.facts.facility.code,
        channelShips: parcel.thirdPartyShipping,
        ...(await explainParcel(tx, parcel, rules.value)),
      });
    return ok({ parcels: explained, withoutFacility });
  });
}

async function rulesOf(tx: Tx, type: RuleType, draft: Draft | null): Promise<Result<ShippingRule[]>> {
  const rules = (await allRules(tx)).filter((rule) => rule.type === type);
  if (draft === null || draft.type !== type) return ok(rules);
  const provider = await providerById(tx, draft.providerId);
  if (provider === undefined) return refuse("RULE_PROVIDER_UNKNOWN", { provider: draft.providerId });
  return ok(rulesWithDraft(rules, { ...draft, providerCode: provider.code }));
}

async function parcelsOf(tx: Tx, ctx: Ctx, code: string): Promise<{ parcels: RuleParcel[]; withoutFacility: boolean }> {
  const packages = await parcelsOfPackages(tx, await packagesToExplain(tx, ctx, code));
  const waiting = await waitingToExplain(tx, ctx, code);
  const placed = waiting.flatMap(({ saleOrderId, facilityId }) =>
    facilityId === null ? [] : [{ saleOrderId, facilityId }],
  );
  return {
    parcels: [...packages.values(), ...(await parcelsOfWaiting(tx, placed))],
    withoutFacility: waiting.some((w) => w.facilityId === null),
  };
}

const explanation = z.object({
  orderCode: z.string(),
  packageCode: z.string().nullable(),
  facility: z.string(),
  channelShips: z.boolean(),
  values: z.array(z.object({ path: z.string(), value: z.string().nullable() })).readonly(),
  rules: z
    .array(
      z.object({
        ruleId: z.string(),
        name: z.string(),
        ofAllFacilities: z.boolean(),
        preference: z.number(),
        criteria: z.string(),
        provider: z.string(),
        condition: z.string(),
        verdict: z.enum(["HOLDS", "DOES_NOT_HOLD", "CANNOT_BE_JUDGED"]),
        why: z.string().nullable(),
      }),
    )
    .readonly(),
  choice: z.object({ code: z.string(), why: z.string(), ruleId: z.string().nullable() }).nullable(),
  refusal: z.string().nullable(),
  rejected: z.array(z.object({ code: z.string(), reason: z.string() })).readonly(),
});

export const ruleDryRunRoutes: Route[] = [
  route({
    method: "POST",
    path: "/shipping-rules/dry-run",
    summary: "Which courier an order's or package's parcels would get by the shipping rules, and why; writes nothing",
    permission: "shipping.view",
    body: z.object({
      code: z.string().trim().min(1).max(100),
      type: z.enum(["FORWARD", "REVERSE"]).default("FORWARD"),
      /** A rule that is not saved yet, or as it would be after a change. */
      draft: draftBody.nullable().default(null),
    }),
    answer: z.object({
      parcels: z.array(explanation),
      /** Some units have no facility yet: rules are looked at when they have one. */
      withoutFacility: z.boolean(),
    }),
    handle: (ctx, { body }) => dryRun(ctx, body),
  }),
];
