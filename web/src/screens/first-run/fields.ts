import type { FieldDeclaration, FormSection, FormValues } from "../../ui/form/index.ts";
import { passwordFields } from "../shared/password-fields.ts";
import { stateOptions } from "../shared/states-of-india.ts";

export const firstRunSections: readonly FormSection[] = [
  { id: "tenant", title: "The business", line: "One tenant is one business with its own stock, channels and people." },
  { id: "admin", title: "You", line: "The administrator, who may do everything and invites the others." },
  {
    id: "facility",
    title: "The first facility",
    line: "A warehouse, store or dark store. Its address and GSTIN stand on the invoices.",
  },
  {
    id: "series",
    title: "Invoice numbers",
    line: "Consecutive for each facility and financial year; at most 16 characters with the prefix.",
  },
];

const [password, repeated] = passwordFields;

export const firstRunFields: readonly FieldDeclaration[] = [
  {
    section: "tenant",
    name: "tenant.name",
    label: "Name of the business",
    type: "text",
    required: true,
    lengthMax: 200,
    placeholder: "Asha Traders",
  },
  {
    section: "tenant",
    name: "tenant.code",
    label: "Code",
    type: "text",
    required: true,
    half: true,
    pattern: "[a-z0-9][a-z0-9-]{1,40}",
    patternHelp: "is 2 to 41 small letters, digits or -",
    help: "Names the tenant to other programs. It cannot be changed later.",
  },
  {
    section: "tenant",
    name: "tenant.edition",
    label: "Edition",
    type: "select",
    required: true,
    half: true,
    default: "ENTERPRISE",
    options: [
      { value: "STANDARD", label: "Standard: one facility" },
      { value: "PROFESSIONAL", label: "Professional: two facilities" },
      { value: "ENTERPRISE", label: "Enterprise: any number" },
    ],
  },
  {
    section: "tenant",
    name: "tenant.sandbox",
    label: "This is a trial tenant",
    type: "switch",
    default: false,
    consequence: {
      on: "Test GSTINs of the NIC are accepted. Its invoices are worth nothing.",
      off: "Only real GSTINs are accepted.",
    },
  },
  {
    section: "admin",
    name: "admin.name",
    label: "Your name",
    type: "text",
    required: true,
    half: true,
    lengthMax: 200,
    autoComplete: "name",
  },
  {
    section: "admin",
    name: "admin.username",
    label: "User name",
    type: "text",
    required: true,
    half: true,
    pattern: "[A-Za-z0-9][A-Za-z0-9._@+\\-]{2,199}",
    patternHelp: "is 3 or more letters, digits or . _ @ + -",
    help: "A mail address fits.",
    autoComplete: "username",
  },
  ...(password === undefined ? [] : [{ ...password, name: "admin.password", section: "admin", half: true }]),
  ...(repeated === undefined ? [] : [{ ...repeated, section: "admin", half: true }]),
  {
    section: "facility",
    name: "facility.code",
    label: "Code",
    type: "text",
    required: true,
    half: true,
    pattern: "[A-Za-z0-9_\\-]{1,45}",
    patternHelp: "is 1 to 45 letters, digits, _ and -",
    placeholder: "BLR1",
    help: "Channels and couriers know the facility by it.",
  },
  {
    section: "facility",
    name: "facility.name",
    label: "Name",
    type: "text",
    required: true,
    half: true,
    lengthMax: 200,
    placeholder: "Bengaluru warehouse",
  },
  {
    section: "facility",
    name: "facility.line1",
    label: "Address",
    type: "text",
    required: true,
    lengthMax: 200,
    autoComplete: "address-line1",
  },
  {
    section: "facility",
    name: "facility.line2",
    label: "Address, second line",
    type: "text",
    lengthMax: 200,
    autoComplete: "address-line2",
  },
  {
    section: "facility",
    name: "facility.city",
    label: "City",
    type: "text",
    required: true,
    half: true,
    lengthMax: 100,
  },
  {
    section: "facility",
    name: "facility.pincode",
    label: "Pincode",
    type: "text",
    required: true,
    half: true,
    pattern: "[1-9][0-9]{5}",
    patternHelp: "is six digits and does not start with 0",
  },
  {
    section: "facility",
    name: "facility.stateCode",
    label: "State",
    type: "select",
    required: true,
    half: true,
    options: stateOptions,
    help: "Decides between CGST + SGST and IGST.",
  },
  {
    section: "facility",
    name: "facility.gstin",
    label: "GSTIN",
    type: "text",
    half: true,
    pattern: "[0-9]{2}[A-Za-z0-9]{13}",
    patternHelp: "is 15 characters and starts with the state's two digits",
    help: "Needed before the first tax invoice.",
  },
  {
    section: "series",
    name: "series.invoicePrefix",
    label: "Invoice prefix",
    type: "text",
    required: true,
    half: true,
    pattern: "[A-Z1-9][A-Z0-9\\/\\-]{0,9}",
    patternHelp: "is up to 10 capital letters, digits, / or -, and does not start with 0, / or -",
    placeholder: "INV26-",
    help: "Unique for the GSTIN and financial year. The first invoice is the prefix and 1.",
  },
];

/** A code from the business's name ("Asha Traders" gives asha-traders), until somebody types another. */
export function suggestCode(values: FormValues, field: string): string {
  const name = values["tenant.name"];
  const typed = values[field];
  const slug = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 41);
  const wanted = typeof name === "string" ? slug(name) : "";
  // It follows the name letter by letter; once it is something else, a person chose it.
  return typeof typed === "string" && typed !== "" && !wanted.startsWith(typed) && !typed.startsWith(wanted)
    ? typed
    : wanted;
}
