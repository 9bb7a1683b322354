import type { FieldDeclaration, FormSection } from "../../ui/index.ts";
import { stateOptions } from "../shared/states-of-india.ts";

/** A row of `GET /api/v1/facilities`. */
export interface Facility {
  readonly facilityId: string;
  readonly code: string;
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly stateCode: string;
  readonly pincode: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly gstin: string | null;
  readonly legalName: string | null;
  readonly zone: string;
  readonly upiId: string | null;
  readonly bankAccount: string | null;
  readonly bankIfsc: string | null;
  readonly traceability: string;
  readonly autoPutawaySplitPercent: number | null;
  readonly enabled: boolean;
  readonly shelves: number;
  readonly series: number;
}

export interface Series {
  readonly seriesId: string;
  readonly documentType: string;
  readonly prefix: string;
  readonly nextNumber: number;
  readonly next: string | null;
  readonly financialYear: number;
  readonly resetOnApril1: boolean;
  readonly nextYearPrefix: string | null;
  readonly firstNumberNextYear: string | null;
  readonly warnings: readonly string[];
}

/** A row of `GET /api/v1/shelves`. */
export interface Shelf {
  readonly shelfId: string;
  readonly code: string;
  readonly section: string | null;
  readonly shelfTypeId: string | null;
  readonly shelfType: string | null;
  readonly capacity: number | null;
  readonly enabled: boolean;
  readonly skus: number;
  readonly pieces: number;
}

/** A row of `GET /api/v1/shelf-types`. */
export interface ShelfType {
  readonly shelfTypeId: string;
  readonly code: string;
  readonly lengthMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
  readonly capacity: number | null;
  readonly shelves: number;
}

/** What a series would do, before it is saved. */
export interface SeriesPreview {
  readonly financialYear: number;
  readonly nextNumber: string;
  readonly firstNumberNextYear: string | null;
  readonly warnings: readonly string[];
}

export const documentTypes = [
  { value: "SALE_INVOICE", label: "Sale invoice" },
  { value: "SALE_RETURN_INVOICE", label: "Sale return invoice (credit note)" },
  { value: "PURCHASE_INVOICE", label: "Purchase invoice" },
  { value: "PURCHASE_RETURN_INVOICE", label: "Purchase return invoice" },
  { value: "GATEPASS_INVOICE", label: "Gatepass invoice" },
  { value: "GATEPASS_RETURN_INVOICE", label: "Gatepass return invoice" },
  { value: "DELIVERY_CHALLAN", label: "Delivery challan" },
] as const;

export const documentWord = (type: string): string => documentTypes.find(({ value }) => value === type)?.label ?? type;

/** 2026 as "2026-27". */
export const yearWords = (year: number): string => `${year}-${String((year + 1) % 100).padStart(2, "0")}`;

const characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const factor = characters.length;

/** The last character that the first 14 of a GSTIN ask for (base-36 weighted sum, as the GST network defines it). */
export function gstinCheckCharacter(first14: string): string {
  let sum = 0;
  for (const [i, letter] of [...first14].entries()) {
    const product = characters.indexOf(letter) * (i % 2 === 0 ? 1 : 2);
    sum += Math.floor(product / factor) + (product % factor);
  }
  return characters[(factor - (sum % factor)) % factor] ?? "";
}

/** What is wrong with a GSTIN while it is typed; null while it is short or right. The server judges again, sandbox numbers too. */
export function gstinFault(typed: string, stateCode: string | null, sandbox: boolean): string | null {
  const text = typed.trim().toUpperCase();
  if (text.length < 15) return text === "" ? null : `has ${text.length} of 15 characters`;
  if (!/^\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]{3}$/.test(text)) return "does not have the form 29ABCDE1234F1Z5";
  const isSandboxNumber = text.slice(12, 14) === "00";
  const expected = gstinCheckCharacter(text.slice(0, 14));
  if (!(sandbox && isSandboxNumber) && text.at(-1) !== expected)
    return `has a typing error: its last character would be ${expected}`;
  if (stateCode !== null && stateCode !== "" && text.slice(0, 2) !== stateCode)
    return `is registered in state ${text.slice(0, 2)}, the address is in ${stateCode}`;
  return null;
}

export const facilitySections: readonly FormSection[] = [
  { id: "place", title: "Place", line: "Printed on invoices, labels and manifests." },
  { id: "tax", title: "Registration", line: "A place without a GSTIN of its own bills through a billing party." },
  { id: "pay", title: "Payment", line: "Printed on the invoice; the UPI id makes its QR code." },
  { id: "work", title: "Work" },
];

const optional = (name: string, label: string, lengthMax: number, section: string): FieldDeclaration => ({
  section,
  name,
  label,
  type: "text",
  half: true,
  lengthMax,
});

/** @param gstinWords the verdict on the GSTIN as it is typed, at its field */
export function facilityFields(existing: boolean, gstinWords: string): readonly FieldDeclaration[] {
  return [
    {
      section: "place",
      name: "code",
      label: "Code",
      type: "text",
      required: true,
      half: true,
      pattern: "[A-Za-z0-9_\\-]{1,45}",
      patternHelp: "is 1 to 45 letters, digits, _ and -",
      help: existing ? "Channels and couriers know the facility by it." : "Channels and couriers will know it by this.",
    },
    { section: "place", name: "name", label: "Name", type: "text", required: true, half: true, lengthMax: 200 },
    { section: "place", name: "line1", label: "Address", type: "text", required: true, half: true, lengthMax: 200 },
    optional("line2", "Address, second line", 200, "place"),
    { section: "place", name: "city", label: "City", type: "text", required: true, half: true, lengthMax: 100 },
    {
      section: "place",
      name: "stateCode",
      label: "State",
      type: "select",
      required: true,
      half: true,
      options: stateOptions,
    },
    {
      section: "place",
      name: "pincode",
      label: "Pincode",
      type: "text",
      required: true,
      half: true,
      pattern: "[1-9][0-9]{5}",
      patternHelp: "is six digits",
    },
    optional("phone", "Phone", 30, "place"),
    optional("email", "Email", 200, "place"),
    {
      section: "tax",
      name: "gstin",
      label: "GSTIN",
      type: "text",
      half: true,
      lengthMax: 20,
      placeholder: "29ABCDE1234F1Z5",
      help: gstinWords,
    },
    optional("legalName", "Legal name", 200, "tax"),
    optional("upiId", "UPI id", 100, "pay"),
    optional("bankAccount", "Bank account", 40, "pay"),
    optional("bankIfsc", "IFSC", 20, "pay"),
    {
      section: "work",
      name: "traceability",
      label: "Traceability",
      type: "select",
      half: true,
      default: "NONE",
      options: [
        { value: "NONE", label: "None: pack without picking" },
        { value: "SKU", label: "SKU: pieces are scanned" },
        { value: "ITEM", label: "Item: every piece has a barcode" },
      ],
      help: "With SKU or item, packages are picked before they are invoiced. Depends on the edition.",
    },
    {
      section: "work",
      name: "autoPutawaySplitPercent",
      label: "Auto Putaway Split %",
      type: "number",
      half: true,
      min: 1,
      max: 100,
      unit: "%",
      help: "The least part of a SKU's units that putaway suggests for a shelf of its own. Empty: they are not split.",
    },
    {
      section: "work",
      name: "enabled",
      label: "Enabled",
      type: "switch",
      default: true,
      consequence: { on: "Orders may be sent here.", off: "No new order is sent here; what is here can be finished." },
    },
  ];
}
