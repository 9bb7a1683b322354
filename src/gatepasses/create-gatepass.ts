import { audit } from "../identity/index.ts";
import { assert, ok, type Result, refuse } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { facilityById, mayWorkIn, parseGstin, parsePincode, stateByCode } from "../warehouse/index.ts";
import { checkHeader, decideChange, type GatepassHeader, type GatepassId, type Party } from "./gatepass.ts";
import { reachGatepass } from "./reach-gatepass.ts";
import { insertGatepass, readGatepass, saveHeader } from "./store.ts";
import { tenantTakesSandboxGstins } from "./tenant.store.ts";

/**
 * Makes an open gatepass. Its id is made by the caller: asked for twice (a double click, a retry), it is made once.
 * Refusals: NOT_FOUND (facility), those of `checkHeader`, GATEPASS_FACILITY_DISABLED, GATEPASS_PARTY_STATE, those of a
 * pincode and a GSTIN, GATEPASS_ID_TAKEN.
 */
export function createGatepass(
  ctx: Ctx,
  given: GatepassHeader & { readonly gatepassId: GatepassId },
): Promise<Result<{ gatepassId: GatepassId; code: string }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const { gatepassId } = given;
    if (!mayWorkIn(ctx, given.facilityId)) return refuse("NOT_FOUND", { what: "facility", id: given.facilityId });
    const checked = await checkParts(tx, given);
    if (!checked.ok) return checked;
    const before = await readGatepass(tx, gatepassId);
    if (before !== undefined) {
      const same = before.facilityId === given.facilityId && before.type === given.type;
      return same ? ok({ gatepassId, code: before.code }) : refuse("GATEPASS_ID_TAKEN", { gatepass: before.code });
    }
    const [code] = await takeCodes(tx, "GATEPASS", "GP-", 1);
    assert(code !== undefined, "a code that is asked for is given");
    const written = await insertGatepass(tx, { ...checked.value, gatepassId, code }, ctx.actor.name, ctx.now);
    if (!written) {
      // The other of two clicks was first, between our look and our write.
      const first = await readGatepass(tx, gatepassId);
      return first === undefined
        ? refuse("GATEPASS_ID_TAKEN", { gatepass: code })
        : ok({ gatepassId, code: first.code });
    }
    await audit(tx, ctx, {
      action: "gatepasses.created",
      recordType: "gatepass",
      recordId: gatepassId,
      recordCode: code,
      after: headerFacts(checked.value),
    });
    return ok({ gatepassId, code });
  });
}

/** What may be changed of an open gatepass: not who sends, nor what kind it is. */
export type HeaderChange = Omit<GatepassHeader, "type" | "facilityId">;

/** Changes an open gatepass. Refusals: NOT_FOUND, GATEPASS_NOT_OPEN, and those of `createGatepass`. */
export function editGatepass(ctx: Ctx, gatepassId: GatepassId, change: HeaderChange): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachGatepass(tx, ctx, gatepassId, "sender");
    if (!reached.ok) return reached;
    const before = reached.value;
    const open = decideChange(before);
    if (!open.ok) return open;
    const checked = await checkParts(tx, { ...change, type: before.type, facilityId: before.facilityId });
    if (!checked.ok) return checked;
    await saveHeader(tx, gatepassId, checked.value);
    await audit(tx, ctx, {
      action: "gatepasses.changed",
      recordType: "gatepass",
      recordId: gatepassId,
      recordCode: before.code,
      before: headerFacts(before),
      after: headerFacts(checked.value),
    });
    return ok();
  });
}

/** The header as it is stored: facilities exist, the party's state, pincode and GSTIN are right. */
async function checkParts(tx: Tx, given: GatepassHeader): Promise<Result<GatepassHeader>> {
  const agrees = checkHeader(given);
  if (!agrees.ok) return agrees;
  const sender = await facilityById(tx, given.facilityId);
  if (sender === undefined) return refuse("NOT_FOUND", { what: "facility", id: given.facilityId });
  if (given.toFacilityId !== null) {
    const receiver = await facilityById(tx, given.toFacilityId);
    if (receiver === undefined) return refuse("NOT_FOUND", { what: "facility", id: given.toFacilityId });
    if (!receiver.enabled) return refuse("GATEPASS_FACILITY_DISABLED", { facility: receiver.code });
  }
  if (given.party === null) return ok(given);
  const party = checkParty(given.party, { sandbox: await tenantTakesSandboxGstins(tx) });
  return party.ok ? ok({ ...given, party: party.value }) : party;
}

function checkParty(party: Party, tenant: { readonly sandbox: boolean }): Result<Party> {
  const state = stateByCode(party.stateCode);
  if (state === null || state.succeededBy !== null) return refuse("GATEPASS_PARTY_STATE", { state: party.stateCode });
  const pincode = parsePincode(party.pincode);
  if (!pincode.ok) return pincode;
  const gstin = party.gstin === null ? ok(null) : parseGstin(party.gstin, tenant);
  if (!gstin.ok) return gstin;
  return ok({ ...party, stateCode: state.code, pincode: pincode.value, gstin: gstin.value?.text ?? null });
}

function headerFacts(header: GatepassHeader): Record<string, unknown> {
  const { type, facilityId, purpose, reference, toFacilityId, party, vendorInvoice } = header;
  return {
    ...{ type, facilityId, purpose, reference, toFacilityId, party },
    vendorInvoice: vendorInvoice === null ? null : { ...vendorInvoice, on: vendorInvoice.on.toString() },
  };
}
