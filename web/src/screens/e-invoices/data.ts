/** A row of `GET /api/v1/e-invoices`. */
export interface EInvoice {
  readonly eInvoiceId: string;
  readonly subjectType: "INVOICE" | "CREDIT_NOTE" | "GATEPASS";
  readonly subjectId: string;
  readonly facilityCode: string;
  readonly gstin: string;
  readonly documentType: "INV" | "CRN";
  readonly number: string;
  readonly issuedOn: string;
  readonly buyerGstin: string;
  readonly buyer: string;
  /** Rupees, as it was reported. */
  readonly total: number;
  readonly wish: "REGISTER" | "CANCEL";
  readonly state: string;
  readonly attempts: number;
  readonly code: string | null;
  readonly words: string | null;
  readonly said: string | null;
  readonly whatToDo: string | null;
  readonly nextAttemptAt: string | null;
  readonly irn: string | null;
  readonly ackNo: string | null;
  readonly ackAt: string | null;
  readonly cancelBy: string | null;
  readonly proved: boolean | null;
  readonly handedAt: string | null;
  readonly cancelledAt: string | null;
  readonly createdAt: string;
  readonly allowed: readonly ("tryNow" | "cancel")[];
}

/** What was said to the portal and what it answered; names and addresses are struck out. */
export interface PortalExchange {
  readonly exchangeId: string;
  readonly operation: string;
  readonly at: string;
  readonly durationMs: number | null;
  readonly method: string;
  readonly url: string;
  readonly request: unknown;
  readonly status: number | null;
  readonly response: unknown;
  readonly outcome: string;
  readonly message: string | null;
}

export interface EInvoiceDetail extends EInvoice {
  readonly exchanges: readonly PortalExchange[];
}

/** A registration that the tenant invoices under, with its user at the portal. Never a secret. */
export interface PortalAccount {
  readonly gstin: string;
  readonly owners: readonly string[];
  readonly entered: boolean;
  readonly clientId: string | null;
  readonly username: string | null;
  readonly state: "UNTRIED" | "ACCEPTED" | "REFUSED" | null;
  readonly code: string | null;
  readonly words: string | null;
  readonly whatToDo: string | null;
  readonly checkedAt: string | null;
  readonly setAt: string | null;
  readonly setBy: string | null;
  readonly waiting: number;
}

export const documentWords: Readonly<Record<EInvoice["subjectType"], string>> = {
  INVOICE: "Invoice",
  CREDIT_NOTE: "Credit note",
  GATEPASS: "Stock transfer",
};

/** What an operation of the portal is for. */
export const operationWords: Readonly<Record<string, string>> = {
  authenticate: "Session",
  generate: "Ask for the IRN",
  cancel: "Cancel the IRN",
  getByIrn: "Read back by IRN",
  getByDocument: "Read back by number",
  syncGstin: "Refresh a GSTIN",
};
