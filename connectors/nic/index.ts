/** NIC's portal for e-invoices: a portal, not a source. Only `src/app` names it. */
export { createNicPortal, NIC_PATHS, type NicPaths, type NicSettings } from "./client.ts";
export { isPublicKey, readSigned } from "./crypto.ts";
