import type { FieldDeclaration, FormSection } from "../../ui/index.ts";

/** A row of `GET /api/v1/skus`. */
export interface Product {
  readonly skuId: string;
  readonly code: string;
  readonly name: string;
  readonly category: string | null;
  readonly brand: string | null;
  readonly hsn: string | null;
  readonly taxClass: string | null;
  readonly mrpPaise: number | null;
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly imageUrl: string | null;
  readonly isBundle: boolean;
  readonly enabled: boolean;
}

export interface Component {
  readonly sku: string;
  readonly quantity: number;
}

export interface ProductDetail extends Product {
  readonly components: readonly Component[];
}

export const productSections: readonly FormSection[] = [
  { id: "what", title: "What it is" },
  { id: "tax", title: "Tax", line: "Without HSN code and tax class no invoice can be made of it." },
  { id: "size", title: "Parcel", line: "Packed for sending; printed on labels and used to choose the courier." },
];

const millimetres = { type: "number", min: 0, max: 1_000_000, unit: "mm", half: true, section: "size" } as const;

/** @param taxClasses codes with names @param categories those in use */
export function productFields(
  taxClasses: readonly { readonly code: string; readonly name: string }[],
  existing: boolean,
): readonly FieldDeclaration[] {
  return [
    {
      section: "what",
      name: "code",
      label: "SKU",
      type: "text",
      required: true,
      half: true,
      lengthMax: 45,
      placeholder: "TSHIRT-BLUE-M",
      help: "Printed and scanned; channels' listings are matched by it.",
      ...(existing ? { help: "A changed code is a changed label: listings stay mapped." } : {}),
    },
    { section: "what", name: "name", label: "Name", type: "text", required: true, half: true, lengthMax: 400 },
    { section: "what", name: "category", label: "Category", type: "text", half: true, lengthMax: 100 },
    { section: "what", name: "brand", label: "Brand", type: "text", half: true, lengthMax: 100 },
    {
      section: "what",
      name: "imageUrl",
      label: "Image address",
      type: "text",
      lengthMax: 2_000,
      pattern: "https?://.+",
      patternHelp: "begins with https://",
      help: "Packers see this picture beside the quantity.",
    },
    {
      section: "what",
      name: "enabled",
      label: "Enabled",
      type: "switch",
      default: true,
      consequence: {
        on: "Can be sold and stocked.",
        off: "New orders for it wait for a person, and its listings show no stock.",
      },
    },
    {
      section: "tax",
      name: "hsn",
      label: "HSN code",
      type: "text",
      half: true,
      pattern: "[0-9]{4,8}",
      patternHelp: "is 4 to 8 digits",
      help: "Of goods for the GST law.",
    },
    {
      section: "tax",
      name: "taxClass",
      label: "Tax class",
      type: "select",
      half: true,
      options: taxClasses.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` })),
      help: "Its rate depends on the day and the unit's price.",
    },
    {
      section: "tax",
      name: "mrpPaise",
      label: "MRP",
      type: "money",
      half: true,
      help: "The highest price printed on it, tax included.",
    },
    { name: "weightGrams", label: "Weight", ...millimetres, unit: "g" },
    { name: "lengthMm", label: "Length", ...millimetres },
    { name: "widthMm", label: "Width", ...millimetres },
    { name: "heightMm", label: "Height", ...millimetres },
  ];
}

/** Paise as the form's money field shows them. */
export const rupeesText = (paise: number | null): string => (paise === null ? "" : (paise / 100).toFixed(2));
