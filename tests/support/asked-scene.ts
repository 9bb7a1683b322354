import { expect } from "vitest";
import {
  askDueSteps,
  channelStepChecks,
  invoicePackages,
  labelPackages,
  stepsAtRest,
} from "../../src/fulfilment/index.ts";
import type { ShippingPackageId, TenantId } from "../../src/kernel/index.ts";
import type { AlarmFact } from "../../src/platform/alarms.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { sql } from "../../src/platform/db.ts";
import { closeDocumentWorkers } from "../../src/platform/documents/index.ts";
import type { FileAnswer } from "../../src/platform/http/route.ts";
import { type AskedSource, anAskedSource } from "./asked-source.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "./database.ts";
import { aPushOrder } from "./order-builders.ts";
import { aForeignPdf } from "./sample-pdfs.ts";
import { aShop, packagesFor, type Shop } from "./shop-builders.ts";

/** The rates that the scripted channel gives unless a test says otherwise. */
export const ASKED_GST = { gstBps: 1800, cgstBps: 900, sgstBps: 900 };

export interface StepRow {
  readonly step: string;
  readonly state: string;
  readonly attempts: number;
  readonly code: string | null;
  readonly message: string | null;
  readonly exchangeId: string | null;
  readonly nextAttemptAt: Temporal.Instant | null;
}

interface Result {
  readonly outcome: string;
  readonly refusal: { readonly code: string } | null;
}
export const codes = (results: readonly Result[]) => results.map((r) => r.refusal?.code ?? r.outcome);

export function bytesOf({ bytes }: FileAnswer): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  throw new Error("a PDF comes as bytes");
}

/** Answers only when a test lets it. */
export function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

/** A database, a scripted channel that makes invoice and label, and a shop of its own for each test. */
export class AskedScene {
  readonly t: TestDatabase;
  readonly source: AskedSource;
  readonly labelFile: Buffer;
  readonly #invoicePdf: string;
  #shop: Shop | undefined;
  #numbered = 0;

  private constructor(t: TestDatabase, source: AskedSource, invoicePdf: Uint8Array, labelPdf: Uint8Array) {
    this.t = t;
    this.source = source;
    this.#invoicePdf = Buffer.from(invoicePdf).toString("base64");
    this.labelFile = Buffer.from(labelPdf);
  }

  static async open(): Promise<AskedScene> {
    const [invoice, label] = [await aForeignPdf(["THE CHANNEL'S INVOICE"]), await aForeignPdf(["THE CHANNEL'S LABEL"])];
    return new AskedScene(await testDatabase(), await anAskedSource("ASKED"), invoice, label);
  }

  async close(): Promise<void> {
    await stepsAtRest();
    await this.source.close();
    await closeDocumentWorkers();
    await this.t.close();
  }

  /** A new shop in the morning, whose channel is in order. */
  async begin(over: { tenantId?: TenantId } = {}): Promise<void> {
    this.t.clock.set(TEST_MORNING);
    this.source.calls.length = 0;
    this.#shop = await aShop(this.t, { source: this.source.id, ...over });
    this.inOrder();
  }

  get shop(): Shop {
    if (!this.#shop) throw new Error("a test has begun");
    return this.#shop;
  }

  /** The number that the last package in order got. */
  get numbered(): number {
    return this.#numbered;
  }

  /** Every package gets a number, a courier, a label of its own. The same when asked again. */
  inOrder(): void {
    const numbers = new Map<string, number>();
    const numberOf = (order: unknown) => {
      const known = numbers.get(String(order)) ?? ++this.#numbered;
      numbers.set(String(order), known);
      return known;
    };
    this.source.answers({
      fetchInvoice: ({ body }) => ({
        body: {
          ...this.invoiceOf(`OKR/2026-27/${String(numberOf(body.channelOrderId)).padStart(12, "0")}`),
          pdf: this.#invoicePdf,
        },
      }),
      giveShipment: () => ({ body: { status: "SUCCESS" } }),
      fetchCourier: ({ body }) => ({
        body: { courier: { code: "DELHIVERY", name: "Delhivery", awb: `CH${numberOf(body.channelOrderId)}` } },
      }),
      fetchLabel: () => ({ body: this.labelFile }),
    });
  }

  /** The body of an invoice of the shop's product, without a file. */
  invoiceOf(number: string, more: Record<string, unknown> = {}): Record<string, unknown> {
    return { number, lines: [{ productId: this.shop.productId, rates: ASKED_GST }], ...more };
  }

  ctx(over: Partial<Ctx> = {}): Ctx {
    return this.t.ctx(this.shop.tenantId, { sourceUrls: new Map([[this.source.id, this.source.url]]), ...over });
  }

  packages(count: number): Promise<ShippingPackageId[]> {
    const line = () => aPushOrder([{ productId: this.shop.productId }], { thirdPartyShipping: true });
    return packagesFor(this.t, this.shop, Array.from({ length: count }, line));
  }

  async onePackage(): Promise<ShippingPackageId> {
    const [id] = await this.packages(1);
    if (!id) throw new Error("there is a package");
    return id;
  }

  async twoPackages(): Promise<readonly [ShippingPackageId, ShippingPackageId]> {
    const [first, second] = await this.packages(2);
    if (!first || !second) throw new Error("there are packages");
    return [first, second];
  }

  async invoice(...packageIds: ShippingPackageId[]): Promise<string[]> {
    return codes(await invoicePackages(this.ctx(), { packageIds }));
  }

  async label(...packageIds: ShippingPackageId[]): Promise<string[]> {
    return codes(await labelPackages(this.ctx(), { packageIds }));
  }

  async byJob(): Promise<void> {
    expect(await askDueSteps(this.ctx(), this.shop.channelId)).toBe("done");
  }

  setSingleAction(setting: string): Promise<unknown> {
    return this.t.raw("update godown.channel set single_action = $1 where channel_id = $2", [
      setting,
      this.shop.channelId,
    ]);
  }

  packageRow(id: ShippingPackageId) {
    return this.t.db.read(this.shop.tenantId, (tx) =>
      tx.one(sql<{ state: string; awb: string | null; courier: string | null; ours: boolean; copies: number }>`
        select state, awb, channel_courier_code as courier, not third_party_shipping as ours, label_copies as copies
        from godown.shipping_package where tenant_id = ${tx.tenantId} and shipping_package_id = ${id}`),
    );
  }

  steps(id: ShippingPackageId): Promise<StepRow[]> {
    return this.t.db.read(this.shop.tenantId, (tx) =>
      tx.run(sql<StepRow>`
        select step, state, attempts, code, message, exchange_id as "exchangeId", next_attempt_at as "nextAttemptAt"
        from godown.package_step where tenant_id = ${tx.tenantId} and shipping_package_id = ${id} order by step`),
    );
  }

  invoices() {
    return this.t.db.read(this.shop.tenantId, (tx) =>
      tx.run(sql<{
        number: string;
        numberedBy: string;
        total: number;
        cgst: number;
        taxable: number;
        series: string | null;
      }>`
        select number, numbered_by as "numberedBy", total_paise as total, cgst_paise as cgst, taxable_paise as taxable, invoice_series_id as series
        from godown.invoice where tenant_id = ${tx.tenantId} order by number`),
    );
  }

  documents(id: ShippingPackageId) {
    return this.t.db.read(this.shop.tenantId, (tx) =>
      tx.run(sql<{ kind: string; exchangeId: string | null }>`
        select kind, exchange_id as "exchangeId" from godown.document where tenant_id = ${tx.tenantId} and record_id = ${id} order by created_at, kind`),
    );
  }

  timeline(id: ShippingPackageId) {
    return this.t.db.read(this.shop.tenantId, (tx) =>
      tx.run(sql<{ kind: string; facts: Record<string, unknown> }>`
        select kind, facts from godown.order_event where tenant_id = ${tx.tenantId} and shipping_package_id = ${id} order by at, order_event_id`),
    );
  }

  async failuresTold(id: ShippingPackageId) {
    return (await this.timeline(id)).filter((each) => each.kind.endsWith("_FAILED"));
  }

  exchange(id: string | null | undefined) {
    return this.t.db.read(this.shop.tenantId, (tx) =>
      tx.first(sql<{ operation: string; package: string | null }>`
        select operation, shipping_package_id as package from godown.exchange where tenant_id = ${tx.tenantId} and exchange_id = ${id ?? null}::uuid`),
    );
  }

  nextNumber() {
    return this.t.db.read(this.shop.tenantId, (tx) =>
      tx.one(
        sql<{ next: number }>`select next_number as next from godown.invoice_series where tenant_id = ${tx.tenantId}`,
      ),
    );
  }

  alarms(): Promise<AlarmFact[]> {
    return this.t.db.transaction(this.shop.tenantId, async (tx) =>
      (await Promise.all(channelStepChecks.map((each) => each.check(this.ctx(), tx)))).flat(),
    );
  }
}
