import { z } from "zod";
import { ok } from "../kernel/index.ts";
import { idField, optionalTextField, textField } from "../platform/http/fields.ts";
import { type Route, route } from "../platform/http/route.ts";
import { GRADES } from "../putaway/index.ts";
import { expectByPerson } from "./expect-by-person.ts";
import { MATCHES } from "./look-up.store.ts";
import { type Candidate, lookUpReturn } from "./look-up.ts";
import { receiveAtDesk } from "./receive-at-desk.ts";
import { returnLifecycle, returnUnitLifecycle } from "./return-case.ts";

const UNITS_MAX = 500;
const nullableText = z.string().nullable();
const kind = z.enum(["RTO", "CIR"]);

const unitAnswer = z.object({
  unitId: z.string(),
  code: z.string(),
  sku: z.string(),
  name: z.string(),
  imageUrl: nullableText,
  /** State of the unit (sale order item). */
  state: z.string(),
  /** The return it is in; null: none. */
  returnCaseId: nullableText,
  returnCode: nullableText,
  returnKind: kind.nullable(),
  returnState: z.enum(returnLifecycle.states).nullable(),
  /** Where it stands in that return. */
  itemState: z.enum(returnUnitLifecycle.states).nullable(),
  grade: nullableText,
  /** It is to be received now: say of each such unit that it came, or is missing. */
  due: z.boolean(),
});
const candidateAnswer = z.object({
  shippingPackageId: z.string(),
  package: z.string(),
  state: z.string(),
  awb: nullableText,
  courier: nullableText,
  saleOrderId: z.string(),
  order: z.string(),
  channel: z.string(),
  dispatchFacility: z.string(),
  /** Where an undelivered parcel of it is to come back by the mapping. */
  expectedFacility: z.string(),
  foundBy: z.enum(MATCHES),
  /** RTO: it turned back. CIR: from the customer. FOUND: units that were missing. Null: it may not be received. */
  road: z.enum(["RTO", "CIR", "FOUND"]).nullable(),
  announced: z.boolean(),
  /** Ask its channel first: POST /orders/{saleOrderId}/sync-status. */
  syncFirst: z.boolean(),
  returnManifest: nullableText,
  refusal: z.object({ code: z.string(), message: z.string(), whatToDo: z.string() }).nullable(),
  units: z.array(unitAnswer),
});

function candidateOf({
  parcel,
  by,
  road,
  announced,
  due,
  refusal,
  syncFirst,
}: Candidate): z.input<typeof candidateAnswer> {
  return {
    shippingPackageId: parcel.shippingPackageId,
    package: parcel.code,
    state: parcel.state,
    awb: parcel.awb,
    courier: parcel.courier,
    saleOrderId: parcel.saleOrderId,
    order: parcel.orderCode,
    channel: parcel.channelCode,
    dispatchFacility: parcel.facilityCode,
    expectedFacility: parcel.rtoFacilityCode,
    foundBy: by,
    road,
    announced,
    syncFirst,
    returnManifest: parcel.returnManifestCode,
    refusal: refusal && { code: refusal.code, message: refusal.message, whatToDo: refusal.whatToDo },
    units: parcel.units.map(({ skuId: _, received: __, ...unit }) => ({
      ...unit,
      due: due.some((each) => each.unitId === unit.unitId),
    })),
  };
}

export const returnDeskRoutes: Route[] = [
  route({
    method: "GET",
    path: "/returns/look-up",
    summary: "What a scanned code is: any tracking number, package, order, channel return or reverse pickup",
    permission: "returns.view",
    query: z.object({ code: textField(100), facilityId: idField<"Facility">().optional() }),
    answer: z.object({
      code: z.string(),
      /** The parcel that is meant, where the code leaves no choice. */
      meant: nullableText,
      candidates: z.array(candidateAnswer),
    }),
    handle: async (ctx, { query }) => {
      const found = await lookUpReturn(ctx, { code: query.code, facilityId: query.facilityId ?? null });
      if (!found.ok) return found;
      const { code, meant, candidates } = found.value;
      return ok({ code, meant, candidates: candidates.map(candidateOf) });
    },
  }),
  route({
    method: "POST",
    path: "/returns/desk/receive",
    summary: "Receive a return, announced or not, onto a list of received returns, with grades",
    permission: "returns.receive",
    body: z
      .strictObject({
        facilityId: idField<"Facility">(),
        /** What is in the hand: a scanned code, or better the parcel or return that was chosen. */
        code: textField(100).optional(),
        shippingPackageId: idField<"ShippingPackage">().optional(),
        returnCaseId: idField<"ReturnCase">().optional(),
        /** Units one by one; absent: everything that is due came. */
        units: z
          .array(
            z.strictObject({
              unitId: idField<"SaleOrderItem">(),
              grade: z.enum(GRADES).nullable().default(null),
              missing: z.boolean().default(false),
            }),
          )
          .min(1)
          .max(UNITS_MAX)
          .refine((units) => new Set(units.map((unit) => unit.unitId)).size === units.length, "names a unit twice")
          .optional(),
        /** Of units that have no grade of their own. */
        grade: z.enum(GRADES).nullable().default(null),
        /** The person has seen that nobody announced it. */
        unannounced: z.boolean().default(false),
        /** The list; absent: the person's own open list of received returns there, or a new one. */
        putawayId: idField<"Putaway">().optional(),
      })
      .refine(
        (body) => [body.code, body.shippingPackageId, body.returnCaseId].some((given) => given !== undefined),
        "names a code, a parcel or a return",
      ),
    answer: z.object({
      /** Null where nothing but missing units was said. */
      putaway: z.object({ putawayId: z.string(), code: z.string() }).nullable(),
      returns: z.array(z.object({ returnCaseId: z.string(), code: z.string() })),
      packages: z.array(z.string()),
      received: z.number().int(),
      missing: z.number().int(),
    }),
    handle: async (ctx, { body }) => {
      const { code, shippingPackageId, returnCaseId, facilityId, units, grade, unannounced, putawayId } = body;
      const held =
        shippingPackageId !== undefined
          ? { shippingPackageId }
          : returnCaseId !== undefined
            ? { returnCaseId }
            : { code: code ?? "" };
      const received = await receiveAtDesk(ctx, {
        ...{ held, facilityId, grade, unannounced },
        ...{ units: units ?? null, putawayId: putawayId ?? null },
      });
      if (!received.ok) return received;
      const { cases, packages, ...rest } = received.value;
      return ok({ ...rest, returns: [...cases], packages: [...packages] });
    },
  }),
  route({
    method: "POST",
    path: "/returns/expect",
    summary: "Expect a parcel back that its courier says has turned round",
    permission: "returns.manage",
    body: z.strictObject({ shippingPackageId: idField<"ShippingPackage">(), reason: optionalTextField(300) }),
    answer: z.object({ package: z.string(), expected: z.boolean() }),
    handle: (ctx, { body }) => expectByPerson(ctx, body),
  }),
];
