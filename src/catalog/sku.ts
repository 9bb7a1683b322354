import { ok, type Paise, type Refusal, type Result, refuse } from "../kernel/index.ts";
import { parseHsn } from "./hsn.ts";

/** 3 to 45 characters that every channel's file and barcode can carry; case counts. */
const SKU_CODE = /^[A-Za-z0-9._/-]{3,45}$/;

export function checkSkuCode(code: string): Result<string, Refusal<"SKU_CODE_INVALID">> {
  return SKU_CODE.test(code) ? ok(code) : refuse("SKU_CODE_INVALID", { sku: code });
}

/** The fields of a SKU that have rules of their own. Null = not given. */
export interface SkuFields {
  readonly code: string;
  readonly name: string;
  readonly category: string | null;
  readonly hsn: string | null;
  readonly mrp: Paise | null;
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly imageUrl: string | null;
}

export type SkuFault =
  | "SKU_CODE_INVALID"
  | "SKU_NAME_INVALID"
  | "SKU_CATEGORY_INVALID"
  | "HSN_FORMAT"
  | "SKU_MRP_INVALID"
  | "SKU_WEIGHT_INVALID"
  | "SKU_SIZE_INVALID"
  | "SKU_IMAGE_URL_INVALID";

export const SKU_NAME_LENGTH_MAX = 300;
const CATEGORY_LENGTH_MAX = 100;
/** One tonne: above it, grams were most likely mistaken for milligrams. */
export const WEIGHT_GRAMS_MAX = 1_000_000;
/** Ten metres. */
export const SIZE_MM_MAX = 10_000;
const MRP_PAISE_MAX = 100_000_000_00; // ₹10 crore
const URL_LENGTH_MAX = 2_000;

/** All faults of a SKU's fields (a form and a CSV row show every one at once); empty when it may be saved. */
export function skuFaults(sku: SkuFields): Refusal<SkuFault>[] {
  const faults: Refusal<SkuFault>[] = [];
  const add = (code: SkuFault, value: string | number | null, extra: Record<string, string | number> = {}) =>
    faults.push({ code, facts: { sku: sku.code, value, ...extra } });
  if (!checkSkuCode(sku.code).ok) add("SKU_CODE_INVALID", sku.code);
  if (!isText(sku.name, 1, SKU_NAME_LENGTH_MAX)) add("SKU_NAME_INVALID", sku.name, { lengthMax: SKU_NAME_LENGTH_MAX });
  if (sku.category !== null && !isText(sku.category, 1, CATEGORY_LENGTH_MAX))
    add("SKU_CATEGORY_INVALID", sku.category, { lengthMax: CATEGORY_LENGTH_MAX });
  if (sku.hsn !== null) {
    const hsn = parseHsn(sku.hsn);
    if (!hsn.ok) faults.push({ code: hsn.refusal.code, facts: { sku: sku.code, ...hsn.refusal.facts } });
  }
  if (!isWholeUpTo(sku.mrp, MRP_PAISE_MAX)) add("SKU_MRP_INVALID", sku.mrp, { maxPaise: MRP_PAISE_MAX });
  if (!isWholeUpTo(sku.weightGrams, WEIGHT_GRAMS_MAX))
    add("SKU_WEIGHT_INVALID", sku.weightGrams, { maxGrams: WEIGHT_GRAMS_MAX });
  for (const field of ["lengthMm", "widthMm", "heightMm"] as const)
    if (!isWholeUpTo(sku[field], SIZE_MM_MAX)) add("SKU_SIZE_INVALID", sku[field], { field, maxMm: SIZE_MM_MAX });
  if (sku.imageUrl !== null && !isWebAddress(sku.imageUrl)) add("SKU_IMAGE_URL_INVALID", sku.imageUrl);
  return faults;
}

/** Control characters would break labels, CSV files and PDF text. */
function isText(text: string, min: number, max: number): boolean {
  const length = text.trim().length;
  return length >= min && length <= max && !/\p{Cc}/u.test(text);
}

function isWholeUpTo(value: number | null, max: number): boolean {
  return value === null || (Number.isSafeInteger(value) && value >= 0 && value <= max);
}

function isWebAddress(text: string): boolean {
  return text.length <= URL_LENGTH_MAX && /^https?:\/\//i.test(text) && URL.canParse(text);
}
