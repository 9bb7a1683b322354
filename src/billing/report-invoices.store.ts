import type { Instant, InvoiceId, ShippingPackageId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { InvoiceDocument } from "./invoice-document.ts";

export interface PendingInvoice {
  readonly shippingPackageId: ShippingPackageId;
  readonly number: string;
  readonly code: string;
  readonly total: number;
  /** The channel that made it; null where our own series numbered it. */
  readonly channelCode: string | null;
  readonly document: unknown;
}

/** An invoice that waits for its IRN, locked. */
export function lockPending(tx: Tx, invoiceId: string): Promise<PendingInvoice | undefined> {
  return tx.first(sql<PendingInvoice>`
    select i.shipping_package_id as "shippingPackageId", i.number, i.code, i.total_paise as total, c.code as "channelCode", i.document
    from godown.invoice i left join godown.channel c on c.tenant_id = i.tenant_id and c.channel_id = i.channel_id
    where i.tenant_id = ${tx.tenantId} and i.invoice_id = ${invoiceId} and i.state = 'IRN_PENDING' for update of i`);
}

export async function packageOfInvoice(tx: Tx, invoiceId: string): Promise<ShippingPackageId | undefined> {
  const row = await tx.first(sql<{ id: ShippingPackageId }>`
    select shipping_package_id as id from godown.invoice where tenant_id = ${tx.tenantId} and invoice_id = ${invoiceId}`);
  return row?.id;
}

export async function markIssued(tx: Tx, invoiceId: string, document: InvoiceDocument): Promise<void> {
  await tx.run(sql`
    update godown.invoice set state = 'ISSUED', document = ${json(document)}
    where tenant_id = ${tx.tenantId} and invoice_id = ${invoiceId} and state = 'IRN_PENDING'`);
}

export interface OpenInvoice {
  readonly invoiceId: InvoiceId;
  readonly shippingPackageId: ShippingPackageId;
}

/** Invoices of packages that are not cancelled, locked. */
export function lockOpenInvoices(tx: Tx, packageIds: readonly ShippingPackageId[]): Promise<OpenInvoice[]> {
  return tx.run(sql<OpenInvoice>`
    select invoice_id as "invoiceId", shipping_package_id as "shippingPackageId" from godown.invoice
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${packageIds}::uuid[]) and state <> 'CANCELLED' order by invoice_id for update`);
}

/** Each keeps its number. */
export async function cancelRows(tx: Tx, packageIds: readonly ShippingPackageId[], at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.invoice set state = 'CANCELLED', cancelled_at = ${at}
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${packageIds}::uuid[]) and state <> 'CANCELLED'`);
}
