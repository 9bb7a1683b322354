import type { FieldDeclaration, FormSection } from "../../ui/index.ts";
import { stateOptions } from "../shared/states-of-india.ts";

/** The answer of `GET /api/v1/vendors/:vendorId`. */
export interface Vendor {
  readonly vendorId: string;
  readonly code: string;
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly stateCode: string;
  readonly pincode: string;
  readonly gstin: string | null;
  readonly contact: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly paymentDays: number | null;
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A row of `GET /api/v1/vendors`. */
export interface VendorRow extends Vendor {
  readonly skus: number;
  readonly openOrders: number;
}

/** A row of `GET /api/v1/vendor-items`. */
export interface VendorItem {
  readonly vendorId: string;
  readonly vendor: string;
  readonly vendorName: string;
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly taxClass: string | null;
  readonly vendorSku: string | null;
  readonly unitPricePaise: number | null;
  readonly minimumQuantity: number | null;
  readonly leadTimeDays: number | null;
  readonly updatedAt: string;
}

export const vendorSections: readonly FormSection[] = [
  { id: "who", title: "Vendor", line: "Printed on purchase orders." },
  {
    id: "tax",
    title: "Registration",
    line: "Its state and your facility's decide between CGST with SGST and IGST.",
  },
  { id: "deal", title: "Dealing" },
];

const text = (name: string, label: string, lengthMax: number, section: string, required = false): FieldDeclaration => ({
  ...{ section, name, label, type: "text", half: true, lengthMax },
  ...(required ? { required } : {}),
});

/** @param gstinWords the verdict on the GSTIN as it is typed, at its field */
export const vendorFields = (gstinWords: string): readonly FieldDeclaration[] => [
  {
    ...text("code", "Code", 45, "who", true),
    pattern: "[A-Za-z0-9_\\-]{1,45}",
    patternHelp: "is 1 to 45 letters, digits, _ and -",
    help: "Files name the vendor by it.",
  },
  text("name", "Name", 200, "who", true),
  text("line1", "Address", 200, "who", true),
  text("line2", "Address, second line", 200, "who"),
  text("city", "City", 100, "who", true),
  {
    ...text("pincode", "Pincode", 10, "who", true),
    pattern: "[1-9][0-9]{5}",
    patternHelp: "is six digits",
  },
  { ...text("stateCode", "State", 2, "tax", true), type: "select", options: stateOptions },
  { ...text("gstin", "GSTIN", 20, "tax"), placeholder: "32ABCDE1234F1Z5", help: gstinWords },
  text("contact", "Contact", 200, "deal"),
  text("phone", "Phone", 30, "deal"),
  text("email", "Email", 200, "deal"),
  {
    ...{ section: "deal", name: "paymentDays", label: "Payment", type: "number", half: true, min: 0, max: 365 },
    unit: "days after its invoice",
    help: "Left empty: as agreed each time. 0: on delivery.",
  },
  {
    ...{ section: "deal", name: "enabled", label: "Enabled", type: "switch", default: true },
    consequence: { on: "Can be ordered from.", off: "No new order goes there; open orders can still be received." },
  },
];

export const vendorCsvColumns = [
  { name: "Vendor Code", required: true, help: "new codes make vendors, known ones change them" },
  { name: "Name", help: "needed for a new vendor" },
  { name: "Address Line 1", help: "needed for a new vendor" },
  { name: "Address Line 2", help: "" },
  { name: "City", help: "needed for a new vendor" },
  { name: "State Code", help: "two digits of the GST law, as 32 for Kerala" },
  { name: "Pincode", help: "six digits" },
  { name: "GSTIN", help: "left empty for a vendor that is not registered" },
  { name: "Contact", help: "" },
  { name: "Phone", help: "" },
  { name: "Email", help: "" },
  { name: "Payment Days", help: "0 to 365 after its invoice" },
  { name: "Enabled", help: "true or false" },
];
export const vendorCsvTemplate = {
  fileName: "vendors.csv",
  text: `${vendorCsvColumns.map(({ name }) => name).join(",")}\r\nWEAVES,Malabar Weaves,14 Mill Road,,Kannur,32,670001,,Asha Nair,9845012345,sales@example.com,30,true\r\n`,
};

export const priceCsvColumns = [
  { name: "Vendor Code", required: true, help: "of a vendor that is here" },
  { name: "SKU Code", required: true, help: "of a product; no bundles" },
  { name: "Vendor SKU", help: "its own code, which is scanned and printed on orders" },
  { name: "Unit Price", help: "rupees for one piece, without tax" },
  { name: "Minimum Quantity", help: "the least it delivers" },
  { name: "Lead Time Days", help: "from order to delivery" },
];
export const priceCsvTemplate = {
  fileName: "vendor-prices.csv",
  text: `${priceCsvColumns.map(({ name }) => name).join(",")}\r\nWEAVES,TSHIRT-BLUE-M,MW-114,240.00,50,7\r\n`,
};
