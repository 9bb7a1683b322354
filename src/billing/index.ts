export { cancelInvoices } from "./cancel-invoices.store.ts";
