import { z } from "zod";
import { ok } from "../../kernel/index.ts";
import { flagField, idField, searchField, textField } from "../../platform/http/fields.ts";
import { listRoutes } from "../../platform/http/list.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { explain } from "../../platform/refusals.ts";
import { CONDITION_LENGTH_MAX, readCondition } from "./condition.ts";
import { VARIABLES } from "./facts.ts";
import { dryRunImport, importRules } from "./import-rules.ts";
import { ALL_FACILITIES } from "./plan-import.ts";
import { listRules } from "./queries.ts";
import { CRITERIA, PREFERENCE_MAX, RULE_TYPES, RULES_MAX } from "./rule.ts";
import { deleteRule, orderRules, saveRule } from "./save-rules.ts";

const VIEW = "shipping.view";
const EDIT = "shipping.edit";
const FILE_BYTES_MAX = 4 * 1024 * 1024;

const ruleId = idField<"ShippingRule">();
const params = z.object({ ruleId });
const conditionField = z
  .string()
  .max(CONDITION_LENGTH_MAX)
  .regex(/^[^\p{Cc}]*$/u, "is one line without control characters")
  .default("");
/** A rule as the screen sends it; fulfilment's dry run takes one as a draft. */
export const ruleBody = z.object({
  facilityId: idField<"Facility">().nullable().default(null),
  type: z.enum(RULE_TYPES).default("FORWARD"),
  name: textField(100),
  condition: conditionField,
  criteria: z.enum(CRITERIA).default("ALLOCATE"),
  providerId: idField<"ShippingProvider">(),
  preference: z.number().int().min(1).max(PREFERENCE_MAX).nullable().default(null),
  enabled: z.boolean().default(true),
});
const ruleAnswer = z.object({ ruleId: z.string() });

const listed: Route[] = listRoutes({
  path: "/shipping-rules",
  summary: "Shipping rules by type, facility and preference",
  permission: VIEW,
  filters: {
    type: z.enum(RULE_TYPES).optional(),
    facilityId: idField<"Facility">().optional(),
    providerId: idField<"ShippingProvider">().optional(),
    enabled: flagField,
    search: searchField,
  },
  row: z.object({
    ruleId: z.string(),
    facilityId: z.string().nullable(),
    facility: z.string().nullable(),
    type: z.enum(RULE_TYPES),
    name: z.string(),
    condition: z.string(),
    criteria: z.enum(CRITERIA),
    providerId: z.string(),
    providerCode: z.string(),
    providerName: z.string(),
    providerEnabled: z.boolean(),
    preference: z.number(),
    enabled: z.boolean(),
    updatedAt: z.string(),
    updatedBy: z.string(),
  }),
  sorts: ["preference"],
  // As published, and as the import reads them (behaviours.md 4.6).
  columns: [
    { title: "Facility Code", value: (r) => r.facility ?? ALL_FACILITIES },
    { title: "Rule Name", value: (r) => r.name },
    { title: "Condition Expression", value: (r) => r.condition },
    { title: "Allocation Criteria", value: (r) => r.criteria },
    { title: "Shipping Provider Code", value: (r) => r.providerCode },
    { title: "Preference", value: (r) => r.preference },
    { title: "Enabled", value: (r) => r.enabled },
    { title: "Type", value: (r) => r.type },
  ],
  fetch: async (ctx, tx, filters, page) => {
    const found = await listRules(tx, ctx.facilities, filters, page);
    return { ...found, rows: found.rows.map((r) => ({ ...r, updatedAt: r.updatedAt.toString() })) };
  },
});

const changing: Route[] = [
  route({
    method: "POST",
    path: "/shipping-rules",
    summary: "Make a shipping rule; without a preference it comes last",
    permission: EDIT,
    body: ruleBody,
    answer: ruleAnswer,
    handle: (ctx, { body }) => saveRule(ctx, null, body),
  }),
  route({
    method: "PUT",
    path: "/shipping-rules/:ruleId",
    summary: "Change a shipping rule; without a preference it keeps its place",
    permission: EDIT,
    params,
    body: ruleBody,
    answer: ruleAnswer,
    handle: (ctx, { params: { ruleId: id }, body }) => saveRule(ctx, id, body),
  }),
  route({
    method: "DELETE",
    path: "/shipping-rules/:ruleId",
    summary: "Delete a shipping rule",
    permission: EDIT,
    params,
    answer: ruleAnswer,
    handle: (ctx, { params: { ruleId: id } }) => deleteRule(ctx, id),
  }),
  route({
    method: "POST",
    path: "/shipping-rules/order",
    summary: "Give the rules of a facility (or of all) and type their order",
    permission: EDIT,
    body: z.object({
      facilityId: idField<"Facility">().nullable(),
      type: z.enum(RULE_TYPES),
      ruleIds: z.array(ruleId).max(RULES_MAX + 1),
    }),
    answer: z.object({ moved: z.number() }),
    handle: (ctx, { body: { facilityId, type, ruleIds } }) => orderRules(ctx, { facilityId, type }, ruleIds),
  }),
];

const looking: Route[] = [
  route({
    method: "GET",
    path: "/shipping-rules/variables",
    summary: "What a condition may ask, with examples",
    permission: VIEW,
    answer: z.object({
      variables: z
        .array(z.object({ path: z.string(), kind: z.string(), meaning: z.string(), example: z.string() }))
        .readonly(),
    }),
    handle: async () => ok({ variables: VARIABLES }),
  }),
  route({
    method: "POST",
    path: "/shipping-rules/check",
    summary: "Does a condition read? If not, what is wrong and at which character",
    permission: VIEW,
    body: z.object({ condition: conditionField }),
    answer: z.object({ valid: z.boolean(), at: z.number().nullable(), message: z.string().nullable() }),
    handle: async (_ctx, { body }) => {
      const condition = readCondition(body.condition);
      if (condition.ok) return ok({ valid: true, at: null, message: null });
      const at = condition.refusal.facts.at;
      return ok({ valid: false, at: typeof at === "number" ? at : null, message: explain(condition.refusal).message });
    },
  }),
  route({
    method: "POST",
    path: "/shipping-rules/import/dry-run",
    summary: "What an import of shipping rules would change",
    permission: EDIT,
    body: z.object({ base64: z.base64().max(FILE_BYTES_MAX) }),
    bodyBytesMax: FILE_BYTES_MAX,
    answer: z.object({
      lines: z.array(
        z.object({
          line: z.number(),
          facility: z.string(),
          type: z.string(),
          name: z.string(),
          outcome: z.enum(["NEW", "CHANGED", "UNCHANGED", "FAILED"]),
          words: z.string(),
          code: z.string().nullable(),
        }),
      ),
    }),
    handle: async (ctx, { body }) => {
      const plan = await dryRunImport(ctx, Buffer.from(body.base64, "base64"));
      if (!plan.ok) return plan;
      return ok({
        lines: plan.value.map(({ line, facility, type, name, outcome, words, refusal }) => {
          const said = refusal === null ? null : explain(refusal);
          return {
            ...{ line, facility, type, name, outcome, code: said?.code ?? null },
            words: said === null ? words : `${said.message} ${said.whatToDo}`,
          };
        }),
      });
    },
  }),
];

export const ruleRoutes: Route[] = [...listed, ...changing, ...looking, ...importRules.routes];
