import type { InvoicePortal } from "../../connectors/kit/index.ts";

let installed: InvoicePortal | null = null;

/** Says which portal documents are reported to: the composition root, once a process; null where the operator names none. */
export function installInvoicePortal(portal: InvoicePortal | null): void {
  installed = portal;
}

/** Null: the operator has set no portal, and nothing can be reported. */
export function invoicePortal(): InvoicePortal | null {
  return installed;
}
