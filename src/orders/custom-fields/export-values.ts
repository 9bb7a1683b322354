import { z } from "zod";
import { ok, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { csvLine } from "../../platform/csv.ts";
import { anyOfField } from "../../platform/http/fields.ts";
import { type FileAnswer, type Route, route } from "../../platform/http/route.ts";
import { APPLIES_TO, type AppliesTo, readValue, type StoredField } from "./custom-field.ts";
import { countRecords, type ExportedRecord, type ExportFilters, recordsAfter } from "./queries.ts";
import { readFields, readValues } from "./store.ts";

const ROWS_MAX = 100_000;
const ROWS_AT_ONCE = 2_000;
const instant = z.iso.datetime({ offset: true });

/**
 * The values of orders, items or packages in the very form that the import takes, one line a record, also of records that have
 * none yet: filled in and uploaded again. Defaults are left empty, for they stand by themselves.
 */
export const exportCustomFields: Route = route({
  method: "GET",
  path: "/custom-fields/values.csv",
  summary: "Custom fields of orders, items or packages as CSV, in the form that the import takes",
  permission: "orders.view",
  query: z.object({
    appliesTo: z.enum(APPLIES_TO),
    channel: anyOfField(z.array(z.string().max(100))),
    placedFrom: instant.optional(),
    placedTo: instant.optional(),
  }),
  handle: (ctx, { query: { appliesTo, ...filters } }) => exported(ctx, appliesTo, filters),
});

function exported(ctx: Ctx, appliesTo: AppliesTo, filters: ExportFilters) {
  // One moment for all pages, as for every list's export.
  return ctx.db.snapshot(ctx.tenantId, async (tx) => {
    const about = { appliesTo, scope: ctx.facilities, filters };
    const rows = await countRecords(tx, about);
    if (rows > ROWS_MAX) return refuse("EXPORT_TOO_LONG", { rows, rowsMax: ROWS_MAX });
    const fields = (await readFields(tx, { enabled: true })).filter((field) => field.appliesTo === appliesTo);
    const lines = [csvLine([...titlesOf(appliesTo), ...fields.map((field) => field.name)])];
    for (let after: ExportedRecord | null = null; ; ) {
      const page: ExportedRecord[] = await recordsAfter(tx, about, after, ROWS_AT_ONCE);
      const written = await readValues(
        tx,
        page.map((record) => record.id),
      );
      const values = new Map(written.map((value) => [`${value.subjectId} ${value.name}`, value.value]));
      for (const record of page)
        lines.push(
          csvLine([
            ...codesOf(appliesTo, record),
            ...fields.map((f) => shown(f, values.get(`${record.id} ${f.name}`))),
          ]),
        );
      after = page.at(-1) ?? null;
      if (page.length < ROWS_AT_ONCE) break;
    }
    const file: FileAnswer = {
      kind: "file",
      mediaType: "text/csv; charset=utf-8",
      fileName: `custom-fields-${appliesTo.toLowerCase()}-${ctx.now.toString().slice(0, 10)}.csv`,
      disposition: "attachment",
      bytes: Buffer.from(`\uFEFF${lines.join("")}`),
    };
    return ok(file);
  });
}

function titlesOf(appliesTo: AppliesTo): string[] {
  if (appliesTo === "PACKAGE") return ["Channel Code", "Package Code"];
  return appliesTo === "ITEM"
    ? ["Channel Code", "Order Code", "Item Code", "SKU Code"]
    : ["Channel Code", "Order Code"];
}

function codesOf(appliesTo: AppliesTo, { channel, orderCode, code, sku }: ExportedRecord): (string | null)[] {
  if (appliesTo === "PACKAGE") return [channel, code];
  return appliesTo === "ITEM" ? [channel, orderCode, code, sku] : [channel, orderCode];
}

/** As it is sent; as it came where it does not fit its field. */
function shown(field: StoredField, written: string | undefined): string | null {
  if (written === undefined) return null;
  const read = readValue(field, written, "kept");
  return read.ok ? read.value : written;
}
