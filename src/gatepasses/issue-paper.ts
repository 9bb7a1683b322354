import { readTaxClasses, type TaxClass, type TaxClassId } from "../catalog/index.ts";
import { assert, type LocalDate, localDate, newId, ok, type Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { takeNumber } from "../warehouse/index.ts";
import { facilitySide, insertDocument } from "./document.store.ts";
import type { Gatepass, GatepassDocumentId } from "./gatepass.ts";
import { paperPage } from "./paper-page.ts";
import { type PaperDraft, type PaperFacts, SERIES_OF, type Side } from "./paper-rules.ts";

/** A paper that has its number. */
export interface IssuedPaper {
  readonly documentId: GatepassDocumentId;
  readonly kind: PaperDraft["kind"];
  readonly number: string;
}

/** Sender and receiver of a gatepass as they stand today, and the day of a paper made now. */
export async function sidesOf(
  tx: Tx,
  ctx: Ctx,
  gatepass: Gatepass,
): Promise<{ from: Side; to: Side & { readonly enabled: boolean }; on: LocalDate; zone: string }> {
  const sender = await facilitySide(tx, gatepass.facilityId);
  const to = gatepass.toFacilityId === null ? partySide(gatepass) : await facilitySide(tx, gatepass.toFacilityId);
  return { from: sender, to, on: localDate(ctx.now, sender.zone), zone: sender.zone };
}

function partySide({ party }: Gatepass): Side & { readonly enabled: boolean } {
  assert(party !== null, "a gatepass goes to a facility or to a party");
  const { name, line1, line2, city, stateCode, pincode, gstin, phone } = party;
  return { name, code: null, line1, line2, city, stateCode, pincode, gstin, phone, email: null, enabled: true };
}

/** The tax classes of lines, by id. */
export async function taxClassesOf(
  tx: Tx,
  lines: readonly { readonly taxClassId: string | null }[],
): Promise<ReadonlyMap<string, TaxClass>> {
  const ids = [...new Set(lines.flatMap((line) => line.taxClassId ?? []))];
  // Ids of classes lose their brand on the way through the pure facts.
  const classes = await readTaxClasses(tx, ids as TaxClassId[]);
  return new Map(classes.map((each) => [each.taxClassId, each]));
}

/**
 * Takes the number of a paper and writes it, both in the caller's transaction: so a number exists exactly when its paper
 * does. Called last of all that can be refused. Refusals: SERIES_MISSING, SERIES_EXHAUSTED, SERIES_YEAR_PASSED, SERIES_PREFIX_TAKEN.
 */
export async function issuePaper(
  tx: Tx,
  ctx: Ctx,
  facts: Omit<PaperFacts, "lines">,
  draft: PaperDraft,
  against: { readonly documentId: GatepassDocumentId | null; readonly number: string; readonly on: LocalDate } | null,
): Promise<Result<IssuedPaper>> {
  const { gatepass, from, to, on } = facts;
  const { facilityId, facilityCode } = gatepass;
  const taken = await takeNumber(tx, { facilityId, documentType: SERIES_OF[draft.kind], on, facilityCode });
  if (!taken.ok) return taken;
  const documentId = newId<"GatepassDocument">();
  const page = paperPage(facts, draft, taken.value.number, against);
  await insertDocument(
    tx,
    { documentId, gatepassId: gatepass.gatepassId, facilityId, draft, taken: taken.value, on, from, to, against, page },
    ctx.now,
  );
  return ok({ documentId, kind: draft.kind, number: taken.value.number });
}
