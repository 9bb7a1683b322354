import type { TenantId } from "../../src/kernel/index.ts";
import type { TestDatabase } from "./database.ts";

/**
 * Looks at everything that orders and returns left behind in the database, and counts and sums it up by itself: plain
 * SELECTs as the superuser, plain arithmetic, nothing of the product.
 */
export interface Books {
  readonly units: readonly Unit[];
  readonly parcels: readonly { readonly id: string; readonly code: string; readonly state: string }[];
  readonly levels: readonly Level[];
  /** Ledger rows summed, and what lies on shelves. */
  readonly ledger: readonly Held[];
  readonly shelves: readonly Held[];
  readonly rows: readonly PutawayRow[];
  readonly returned: readonly ReturnedUnit[];
  readonly cases: readonly { readonly id: string; readonly code: string; readonly state: string }[];
  readonly invoices: readonly Paper[];
  readonly invoiceLines: readonly PaperLine[];
  readonly notes: readonly Note[];
  readonly noteLines: readonly NoteLine[];
  readonly numbers: readonly Numbers[];
}

interface Unit {
  readonly id: string;
  readonly code: string;
  readonly sku: string;
  readonly state: string;
  readonly parcel: string | null;
  readonly credit: "us" | "channel" | "none";
}
interface Level {
  readonly facility: string;
  readonly sku: string;
  readonly good: number;
  readonly blocked: number;
  readonly bad: number;
  readonly qc_rejected: number;
  readonly putaway_pending: number;
  readonly not_found: number;
  readonly virtual: number;
}
type Bucket = Exclude<keyof Level, "facility" | "sku">;
interface Held {
  readonly facility: string;
  readonly sku: string;
  readonly bucket: Bucket;
  readonly quantity: number;
}
interface PutawayRow {
  readonly unit: string;
  readonly facility: string;
  readonly sku: string;
  readonly kind: string;
  readonly done: boolean;
  readonly grade: string | null;
}
interface ReturnedUnit {
  readonly unit: string;
  readonly return: string;
  readonly state: string;
  readonly grade: string | null;
}
/** Value before tax and each head, in paise. */
const HEADS = ["taxable", "cgst", "sgst", "utgst", "igst", "cess"] as const;
type Amounts = Readonly<Record<(typeof HEADS)[number] | "total", number>>;
interface Paper extends Amounts {
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly round: number;
  readonly credited: number;
}
interface PaperLine extends Amounts {
  readonly invoice: string;
  readonly no: number;
  readonly units: readonly string[];
  /** What each unit was billed at, in the order of `units`. */
  readonly billed: readonly number[];
}
interface Note extends Omit<Paper, "credited"> {
  readonly invoice: string;
  readonly return: string | null;
  readonly by: "SERIES" | "CHANNEL";
}
interface NoteLine extends Amounts {
  readonly note: string;
  readonly no: number;
  readonly units: readonly string[];
}
interface Numbers {
  readonly series: string;
  readonly next: number;
  readonly given: readonly number[];
}

const AMOUNTS = [...HEADS, "total"].map((name) => `t.${name}_paise as ${name}`).join(", ");
const PLACE = "f.code as facility, s.code as sku";
const OF_SKU = "join godown.sku s on s.tenant_id = t.tenant_id and s.sku_id = t.sku_id";
const OF_FACILITY = "join godown.facility f on f.tenant_id = t.tenant_id and f.facility_id = t.facility_id";

const LOOKS: Readonly<Record<keyof Books, string>> = {
  units: `select t.sale_order_item_id as id, t.code, s.code as sku, t.state, t.shipping_package_id as parcel,
      case c.source when 'RETURNS_US' then 'us' when 'RETURNS_THEIRS' then 'channel' else 'none' end as credit
    from godown.sale_order_item t ${OF_SKU} join godown.sale_order o on o.tenant_id = t.tenant_id and o.sale_order_id = t.sale_order_id
    join godown.channel c on c.tenant_id = o.tenant_id and c.channel_id = o.channel_id`,
  parcels: "select t.shipping_package_id as id, t.code, t.state from godown.shipping_package t",
  levels: `select ${PLACE}, t.good, t.blocked, t.bad, t.qc_rejected, t.putaway_pending, t.not_found, t.virtual
    from godown.stock_level t ${OF_FACILITY} ${OF_SKU}`,
  ledger: `select ${PLACE}, t.bucket, sum(t.quantity)::integer as quantity from godown.stock_ledger t ${OF_FACILITY} ${OF_SKU}`,
  shelves: `select ${PLACE}, t.bucket, sum(t.quantity)::integer as quantity from godown.shelf_stock t
    join godown.shelf z on z.tenant_id = t.tenant_id and z.shelf_id = t.shelf_id
    join godown.facility f on f.tenant_id = z.tenant_id and f.facility_id = z.facility_id ${OF_SKU}`,
  rows: `select ${PLACE}, t.sale_order_item_id as unit, t.kind, t.completed_at is not null as done, t.grade from godown.putaway_item t ${OF_FACILITY} ${OF_SKU}`,
  returned:
    "select t.sale_order_item_id as unit, t.return_case_id as return, t.state, t.grade from godown.return_item t",
  cases: "select t.return_case_id as id, t.code, t.state from godown.return_case t",
  invoices: `select t.invoice_id as id, t.number, t.state, t.round_off_paise as round, t.credited_paise as credited, ${AMOUNTS} from godown.invoice t`,
  invoiceLines: `select t.invoice_id as invoice, t.line_no as no, t.unit_ids as units, ${AMOUNTS}, (
      select jsonb_agg(u.selling_price_paise + u.shipping_charges_paise + u.cod_charges_paise + u.gift_wrap_charges_paise - u.discount_paise order by x.at)
      from unnest(t.unit_ids) with ordinality as x(id, at) join godown.sale_order_item u on u.tenant_id = t.tenant_id and u.sale_order_item_id = x.id) as billed
    from godown.invoice_line t`,
  notes: `select t.credit_note_id as id, t.number, t.state, t.numbered_by as by, t.invoice_id as invoice, t.return_case_id as return, t.round_off_paise as round, ${AMOUNTS}
    from godown.credit_note t`,
  noteLines: `select t.credit_note_id as note, t.invoice_line_no as no, t.unit_ids as units, ${AMOUNTS} from godown.credit_note_line t`,
  numbers: `select t.invoice_series_id as series, t.next_number as next, array(
      select n.sequence_number from godown.invoice n where n.tenant_id = t.tenant_id and n.invoice_series_id = t.invoice_series_id
      union all
      select n.sequence_number from godown.credit_note n where n.tenant_id = t.tenant_id and n.invoice_series_id = t.invoice_series_id
      order by 1) as given
    from godown.invoice_series t`,
};
const GROUPED: ReadonlySet<string> = new Set(["ledger", "shelves"]);

/** Everything in one statement: nothing moves between the looks. */
export async function readBooks(t: Pick<TestDatabase, "raw">, tenantId: TenantId): Promise<Books> {
  const looks = Object.entries(LOOKS).map(([name, look]) => {
    const rows = `${look} where t.tenant_id = $1${GROUPED.has(name) ? " group by 1, 2, 3" : ""}`;
    return `'${name}', (select coalesce(jsonb_agg(to_jsonb(x)), '[]') from (${rows}) x)`;
  });
  const [row] = await t.raw<{ books: Books }>(`select jsonb_build_object(${looks.join(", ")}) as books`, [tenantId]);
  if (!row) throw new Error("one row is asked for");
  return row.books;
}

/** Everything that is wrong, in words; empty where all is well. @param stocked units that were put on shelves, of each SKU */
export function audit(books: Books, stocked: number): string[] {
  return [...judgeStock(books, stocked), ...judgeUnits(books), ...judgeParcels(books), ...judgeMoney(books)];
}

const BUCKETS = ["good", "blocked", "bad", "qc_rejected", "putaway_pending", "not_found", "virtual"] as const;
const ON_SHELVES: ReadonlySet<Bucket> = new Set(["good", "bad", "qc_rejected", "not_found"]);
/** Units that lie in good stock and are promised. */
const HELD: ReadonlySet<string> = new Set([
  ...["FULFILLABLE", "PICKING_FOR_INVOICING", "PACKED", "READY_TO_SHIP", "MANIFESTED"],
]);
const LEFT: ReadonlySet<string> = new Set(["DISPATCHED", "DELIVERED"]);
const key = (...parts: readonly unknown[]) => parts.join(" / ");
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
const differ = (what: string, found: number, wanted: number) =>
  found === wanted ? [] : [`${what}: ${found}, should be ${wanted}`];

function judgeStock({ levels, ledger, shelves, rows, units, returned }: Books, stocked: number): string[] {
  const sums = (held: readonly Held[]) => {
    const totals = new Map<string, number>();
    for (const { facility, sku, bucket, quantity } of held) {
      const place = key(facility, sku, bucket);
      totals.set(place, (totals.get(place) ?? 0) + quantity);
    }
    return totals;
  };
  const [posted, lying] = [sums(ledger), sums(shelves)];
  const known = new Set(levels.flatMap(({ facility, sku }) => BUCKETS.map((bucket) => key(facility, sku, bucket))));
  const wrong = [...posted].flatMap(([place, n]) => (known.has(place) ? [] : [`${place} has ${n} and no level`]));
  for (const level of levels) {
    const { facility, sku } = level;
    for (const bucket of BUCKETS) {
      const place = key(facility, sku, bucket);
      wrong.push(...differ(`ledger of ${place}`, posted.get(place) ?? 0, level[bucket]));
      if (ON_SHELVES.has(bucket)) wrong.push(...differ(`shelves of ${place}`, lying.get(place) ?? 0, level[bucket]));
    }
    const mine = rows.filter((row) => row.facility === facility && row.sku === sku);
    const graded = (grade: string) => mine.filter((row) => row.done && row.grade === grade).length;
    wrong.push(
      ...differ(`${facility} ${sku} pending`, level.putaway_pending, mine.filter((row) => !row.done).length),
      ...differ(`${facility} ${sku} bad`, level.bad, graded("bad")),
      ...differ(`${facility} ${sku} rejected`, level.qc_rejected, graded("qc_rejected")),
    );
  }
  // No piece is made or lost: what was stocked lies here, waits here, or is out there.
  for (const sku of new Set(levels.map((level) => level.sku))) {
    const mine = levels.filter((level) => level.sku === sku);
    const here = mine.map((l) => l.good + l.bad + l.qc_rejected + l.putaway_pending + l.not_found + l.virtual);
    const out = units.filter((unit) => unit.sku === sku && isOut(unit, returned)).length;
    wrong.push(...differ(`pieces of ${sku} in all`, sum(here) + out, stocked));
    const held = units.filter((unit) => unit.sku === sku && HELD.has(unit.state)).length;
    wrong.push(...differ(`${sku} promised`, sum(mine.map((l) => l.blocked)), held));
  }
  return wrong;
}

/** It left, and was not received again. */
function isOut(unit: Unit, returned: readonly ReturnedUnit[]): boolean {
  const back = returned.some(
    (each) => each.unit === unit.id && ["RECEIVED", "PUT_AWAY", "RETURNED"].includes(each.state),
  );
  return LEFT.has(unit.state) && !back;
}

/** A unit is in one place, and what is said of it is what happened to it. */
function judgeUnits({ units, rows, returned, notes, noteLines, invoices, invoiceLines }: Books): string[] {
  const wrong: string[] = [];
  const rowsOf = Map.groupBy(rows, (row) => row.unit);
  const returnsOf = Map.groupBy(returned, (each) => each.unit);
  const good = new Set(notes.filter((note) => note.state === "ISSUED").map((note) => note.id));
  const credits = new Map<string, number>();
  for (const line of noteLines.filter((each) => good.has(each.note)))
    for (const id of line.units) credits.set(id, (credits.get(id) ?? 0) + 1);
  const issued = new Set(invoices.filter((invoice) => invoice.state === "ISSUED").map((invoice) => invoice.id));
  const invoiced = new Map<string, number>();
  for (const line of invoiceLines.filter((each) => issued.has(each.invoice)))
    for (const id of line.units) invoiced.set(id, (invoiced.get(id) ?? 0) + 1);
  for (const unit of units) {
    const [mine, back] = [rowsOf.get(unit.id) ?? [], returnsOf.get(unit.id) ?? []];
    const so = (state: string) => back.filter((each) => each.state === state).length;
    const open = mine.filter((row) => !row.done).length;
    const places = [
      ...mine.map((row) => (row.done ? `shelf (${row.kind})` : `waits (${row.kind})`)),
      ...(HELD.has(unit.state) ? ["promised"] : []),
      ...(isOut(unit, returned) ? ["out"] : []),
      ...(LEFT.has(unit.state) || unit.state === "RETURNED" || HELD.has(unit.state) || mine.length > 0 ? [] : ["free"]),
    ];
    const say = (what: string) => wrong.push(`${unit.code} (${unit.state}): ${what}`);
    if (places.length !== 1) say(`is in ${places.length} places: ${places.join(", ")}`);
    if (back.filter((each) => !["MISSING", "LOST", "CANCELLED"].includes(each.state)).length > 1)
      say("is in two returns at once");
    if (so("RECEIVED") !== (LEFT.has(unit.state) ? open : 0)) say(`${so("RECEIVED")} received, ${open} wait`);
    const gone = LEFT.has(unit.state) || unit.state === "RETURNED";
    const put = mine.filter((row) => row.done && row.kind !== "PUTAWAY_CANCELLED_ITEM");
    if (gone && put.length !== so("PUT_AWAY") + so("RETURNED")) say(`${put.length} times on a shelf`);
    const grades = back.filter((each) => each.state === "PUT_AWAY" || each.state === "RETURNED");
    if (grades.some((each) => each.grade !== put[0]?.grade)) say("has another grade than on its shelf");
    if ((unit.state === "RETURNED") !== so("RETURNED") > 0) say(`${so("RETURNED")} returns are over`);
    if (gone && invoiced.get(unit.id) !== 1) say(`is on ${invoiced.get(unit.id) ?? 0} invoices`);
    const wanted = unit.state === "RETURNED" && unit.credit !== "none" ? 1 : 0;
    if ((credits.get(unit.id) ?? 0) !== wanted) say(`is credited ${credits.get(unit.id) ?? 0} times`);
  }
  return wrong;
}

/** A parcel is RETURNED exactly when all of it is back or given up; a return is over exactly when its units are. */
function judgeParcels({ parcels, units, returned, cases, notes }: Books): string[] {
  const wrong: string[] = [];
  const lost = new Set(returned.filter((each) => each.state === "LOST").map((each) => each.unit));
  for (const parcel of parcels) {
    const mine = units.filter((unit) => unit.parcel === parcel.id && unit.state !== "CANCELLED");
    const all = mine.length > 0 && mine.every((unit) => unit.state === "RETURNED" || lost.has(unit.id));
    if ((parcel.state === "RETURNED") !== all)
      wrong.push(`${parcel.code} is ${parcel.state}, its units are ${mine.map((unit) => unit.state).join(", ")}`);
  }
  const byCase = Map.groupBy(returned, (each) => each.return);
  for (const { id, code, state } of cases) {
    const states = (byCase.get(id) ?? []).map((each) => each.state);
    const only = (...of: readonly string[]) => states.every((each) => of.includes(each));
    const fits: Readonly<Record<string, boolean>> = {
      COMPLETED: only("RETURNED", "MISSING", "LOST", "CANCELLED"),
      CANCELLED: only("CANCELLED"),
      PENDING_INVOICE: only("PUT_AWAY", "MISSING", "LOST", "CANCELLED") && states.includes("PUT_AWAY"),
      PUTAWAY: false, // passed through, never rested in
    };
    if (!(fits[state] ?? states.some((each) => each === "EXPECTED" || each === "RECEIVED")))
      wrong.push(`return ${code} is ${state}, its units are ${states.join(", ")}`);
  }
  const open = new Set(cases.filter((each) => each.state !== "COMPLETED").map((each) => each.id));
  for (const note of notes.filter((each) => each.return !== null && open.has(each.return)))
    wrong.push(`${note.number} is there and its return is not over`);
  return wrong;
}

function judgeMoney({ invoices, invoiceLines, notes, noteLines, numbers }: Books): string[] {
  const wrong: string[] = [];
  const valid = new Map(notes.filter((note) => note.state !== "CANCELLED").map((note) => [note.id, note]));
  for (const note of notes) {
    const lines = noteLines.filter((line) => line.note === note.id);
    for (const head of HEADS)
      wrong.push(...differ(`${note.number} ${head}`, note[head], sum(lines.map((line) => line[head]))));
    wrong.push(...differ(`${note.number} total`, note.total, sum(HEADS.map((head) => note[head])) + note.round));
    const invoice = invoices.find((each) => each.id === note.invoice);
    if (invoice?.state !== "ISSUED") wrong.push(`${note.number} is of an invoice that is ${invoice?.state}`);
  }
  for (const invoice of invoices) {
    const own = [...valid.values()].filter((note) => note.invoice === invoice.id);
    const lines = invoiceLines.filter((line) => line.invoice === invoice.id);
    let all = true;
    for (const line of lines) {
      const back = noteLines.filter((each) => each.no === line.no && valid.get(each.note)?.invoice === invoice.id);
      wrong.push(...judgeLine(`${invoice.number} line ${line.no}`, line, back));
      all &&= sum(back.map((each) => each.units.length)) === line.units.length;
    }
    wrong.push(...differ(`${invoice.number} credited`, invoice.credited, sum(own.map((note) => note.total))));
    if (invoice.credited > invoice.total) wrong.push(`${invoice.number}: more is given back than was billed`);
    // To the paisa, heads and round-off too.
    if (!all) continue;
    for (const head of [...HEADS, "total", "round"] as const)
      wrong.push(...differ(`${invoice.number} ${head} given back`, sum(own.map((note) => note[head])), invoice[head]));
  }
  for (const { series, next, given } of numbers)
    if (given.some((no, i) => no !== i + 1) || next !== given.length + 1)
      wrong.push(`series ${series} gave ${given.join(", ")} and goes on at ${next}`);
  return wrong;
}

/** What goes back of a line is the share of the units that came back, within a paisa; of all of them, the line. */
function judgeLine(name: string, line: PaperLine, back: readonly NoteLine[]): string[] {
  const wrong: string[] = [];
  const ids = back.flatMap((each) => each.units);
  if (new Set(ids).size !== ids.length) wrong.push(`${name}: a unit is given back twice`);
  if (ids.some((id) => !line.units.includes(id))) wrong.push(`${name}: a unit is given back that is not on it`);
  const weights = line.billed.every((each) => each === 0) ? line.billed.map(() => 1) : line.billed;
  const part = sum(weights.filter((_, i) => ids.includes(line.units[i] ?? "")));
  const whole = sum(weights);
  for (const head of [...HEADS, "total"] as const) {
    const given = sum(back.map((each) => each[head]));
    if (given > line[head]) wrong.push(`${name}: ${given} paise of ${head} given back of ${line[head]}`);
    const share = (line[head] * part) / whole;
    // The value is what remains of the gross when each head is rounded down.
    const slack = head === "taxable" ? HEADS.length : 1;
    if (Math.abs(given - share) >= slack || (part === whole && given !== line[head]))
      wrong.push(`${name}: ${given} paise of ${head} given back, the share is ${share}`);
  }
  return wrong;
}
