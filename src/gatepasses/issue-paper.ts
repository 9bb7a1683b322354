import { readTaxClasses, type TaxClass, type TaxClassId } from "../catalog/index.ts";
import { checkNumbers, eInvoicesOf, hasAccount, judgeDocument, registerDocument } from "../e-invoice/index.ts";
import { assert, type LocalDate, localDate, newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { takeNumber } from "../warehouse/index.ts";
import { facilitySide, insertDocument } from "./document.store.ts";
import type { Gatepass, GatepassDocumentId } from "./gatepass.ts";
import { paperEInvoice } from "./paper-e-invoice.ts";
import { paperPage } from "./paper-page.ts";
import { type PaperDraft, type PaperFacts, SERIES_OF, type Side } from "./paper-rules.ts";
import { tenantTakesSandboxGstins } from "./tenant.store.ts";

/** A paper that has its number. */
export interface IssuedPaper {
  readonly documentId: GatepassDocumentId;
  readonly kind: PaperDraft["kind"];
  readonly number: string;
  /** The portal is asked for its IRN: the goods must not leave before it is there. */
  readonly awaitsIrn: boolean;
}

/** What a note changes: a vendor's invoice, or one of ours. */
export interface Against {
  readonly documentId: GatepassDocumentId | null;
  readonly number: string;
  readonly on: LocalDate;
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
 * does. Called last of all that can be refused. A transfer invoice of a registration with a user at the invoice portal is
 * reported, and so is the credit note of one that was; what the portal would refuse is asked before the number is taken.
 * Refusals: GATEPASS_IRN_AWAITED, those of e-invoices, SERIES_MISSING, SERIES_EXHAUSTED, SERIES_YEAR_PASSED, SERIES_PREFIX_TAKEN.
 */
export async function issuePaper(
  tx: Tx,
  ctx: Ctx,
  facts: Omit<PaperFacts, "lines">,
  draft: PaperDraft,
  against: Against | null,
): Promise<Result<IssuedPaper>> {
  const { gatepass, from, to, on } = facts;
  const { facilityId, facilityCode } = gatepass;
  const judged = await judgeIrn(tx, facts, draft, against);
  if (!judged.ok) return judged;
  const { needsIrn, sandbox } = judged.value;
  const { gstin } = from;
  const documentType = draft.kind === "CREDIT_NOTE" ? "CRN" : "INV";
  const taken = await takeNumber(
    tx,
    { facilityId, documentType: SERIES_OF[draft.kind], on, facilityCode },
    async (of) =>
      needsIrn && gstin !== null
        ? checkNumbers(
            tx,
            { gstin, documentType, on },
            of.map((one) => one.number),
          )
        : ok(),
  );
  if (!taken.ok) return taken;
  const documentId = newId<"GatepassDocument">();
  const { number } = taken.value;
  const page = paperPage(facts, draft, number, against);
  const state = needsIrn ? "IRN_PENDING" : "ISSUED";
  const { gatepassId } = gatepass;
  const made = {
    documentId,
    gatepassId,
    facilityId,
    draft,
    state,
    taken: taken.value,
    on,
    from,
    to,
    against,
    page,
  } as const;
  await insertDocument(tx, made, ctx.now);
  if (needsIrn) {
    const reported = paperEInvoice(facts, draft, number, against);
    const subject = { subjectType: "GATEPASS", subjectId: documentId, facilityId, facts: reported } as const;
    await registerDocument(tx, ctx, subject, { today: on, sandbox });
  }
  return ok({ documentId, kind: draft.kind, number, awaitsIrn: needsIrn });
}

/** What is asked while the number is not taken yet: of the shape that every series has. */
const NUMBER_TO_COME = "GP-1";

/** Whether a paper is reported to the portal, and whether it would be taken there. */
async function judgeIrn(
  tx: Tx,
  facts: Omit<PaperFacts, "lines">,
  draft: PaperDraft,
  against: Against | null,
): Promise<Result<{ needsIrn: boolean; sandbox: boolean }>> {
  const reports = await isReported(tx, facts.from.gstin, draft, against);
  if (!reports.ok) return reports;
  const sandbox = await tenantTakesSandboxGstins(tx);
  if (!reports.value) return ok({ needsIrn: false, sandbox });
  const shown = `the paper of gatepass ${facts.gatepass.code}`;
  const reported = paperEInvoice(facts, draft, NUMBER_TO_COME, against);
  const judged = await judgeDocument(tx, reported, { today: facts.on, sandbox, shown });
  return judged.ok ? ok({ needsIrn: judged.value.needsIrn, sandbox }) : judged;
}

async function isReported(
  tx: Tx,
  gstin: string | null,
  draft: PaperDraft,
  against: Against | null,
): Promise<Result<boolean>> {
  if (draft.kind === "TAX_INVOICE") return ok(gstin !== null && (await hasAccount(tx, gstin)));
  if (draft.kind !== "CREDIT_NOTE" || against === null || against.documentId === null) return ok(false);
  const invoice = (await eInvoicesOf(tx, "GATEPASS", [against.documentId])).get(against.documentId);
  if (invoice === undefined) return ok(false);
  return invoice.irn === null ? refuse("GATEPASS_IRN_AWAITED", { invoice: against.number }) : ok(true);
}
