import type { FieldDeclaration, FieldValue, FormSection, FormValues } from "../../ui/index.ts";
import type { ReturnAddress, ReturnDetail } from "./return-data.ts";

/** Where it is collected, where a replacement goes: the same fields under two names. */
const addressFields = (name: "pickup" | "ship", when: FieldDeclaration["when"]): FieldDeclaration[] => {
  const field = (field: string, label: string, over: Partial<FieldDeclaration> = {}): FieldDeclaration => ({
    ...{ name: `${name}.${field}`, label, type: "text", section: name, half: true, required: true, lengthMax: 120 },
    ...(when === undefined ? {} : { when }),
    ...over,
  });
  return [
    field("name", "Name"),
    field("phone", "Phone", { lengthMax: 20 }),
    field("line1", "Address", { lengthMax: 200 }),
    field("line2", "Address, line 2", { required: false, lengthMax: 200 }),
    field("city", "City", { lengthMax: 80 }),
    field("state", "State", { lengthMax: 60 }),
    field("pincode", "PIN code", { pattern: "[1-9]\\d{5}", patternHelp: "is six digits, the first not 0" }),
    field("email", "Email", { required: false }),
  ];
};

const side = (name: string, label: string, unit: string, max: number): FieldDeclaration => ({
  ...{ name, label, type: "number", section: "box", half: true, min: 1, max, unit },
});

export const pickupSections: readonly FormSection[] = [
  { id: "what", title: "What is agreed" },
  { id: "pickup", title: "Where it is collected" },
  { id: "ship", title: "Where something else is sent instead" },
  { id: "box", title: "Its box", line: "Where the courier asks for it." },
];

/** The fields of a reverse pickup besides its units. */
export function pickupFields(facilities: readonly { id: string; code: string; name: string }[]): FieldDeclaration[] {
  return [
    {
      ...{ name: "reason", label: "Reason", type: "text", lengthMax: 300, section: "what" },
      help: "Of the return as a whole; a unit may have its own.",
    },
    {
      ...{ name: "actionCode", label: "Action code", type: "text", lengthMax: 45, section: "what", half: true },
      help: "What the courier is to do, as agreed with him: WAC, say.",
    },
    {
      ...{ name: "returnFacilityId", label: "Comes back to", type: "select", section: "what", half: true },
      options: facilities.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` })),
      help: "Empty: as Channel Return Facility Mapping says.",
    },
    {
      ...{
        name: "otherPickup",
        label: "Another address than where it was delivered",
        type: "switch",
        section: "pickup",
      },
    },
    ...addressFields("pickup", { field: "otherPickup", is: true }),
    { ...{ name: "otherShip", label: "Another address than where it is collected", type: "switch", section: "ship" } },
    ...addressFields("ship", { field: "otherShip", is: true }),
    side("lengthMm", "Length", "mm", 10_000),
    side("widthMm", "Width", "mm", 10_000),
    side("heightMm", "Height", "mm", 10_000),
    side("weightGrams", "Weight", "g", 1_000_000),
  ];
}

const ADDRESS = ["name", "phone", "line1", "line2", "city", "state", "pincode", "email"] as const;

function addressOf(name: "pickup" | "ship", values: FormValues): Record<string, unknown> {
  const given = Object.fromEntries(ADDRESS.map((field) => [field, values[`${name}.${field}`] ?? ""]));
  return { ...given, line2: given.line2 === "" ? null : given.line2, email: given.email === "" ? null : given.email };
}

const orNull = (value: FieldValue | undefined): FieldValue => (value === "" || value === undefined ? null : value);

/** What the form says, as the server takes it. An address that is the usual one is null. */
export function pickupBody(values: FormValues): Record<string, unknown> {
  const { lengthMm, widthMm, heightMm, weightGrams } = values;
  return {
    ...{ reason: orNull(values.reason), actionCode: orNull(values.actionCode) },
    returnFacilityId: orNull(values.returnFacilityId),
    pickupAddress: values.otherPickup === true ? addressOf("pickup", values) : null,
    shippingAddress: values.otherShip === true ? addressOf("ship", values) : null,
    box: {
      ...{ lengthMm: orNull(lengthMm), widthMm: orNull(widthMm) },
      ...{ heightMm: orNull(heightMm), weightGrams: orNull(weightGrams) },
    },
  };
}

/** The form of a reverse pickup that is there. */
export function pickupValues(
  of: Pick<ReturnDetail, "reason" | "actionCode" | "returnFacilityId" | "pickupAddress" | "shippingAddress" | "box">,
): FormValues {
  const address = (name: "pickup" | "ship", from: ReturnAddress | null): FormValues =>
    from === null ? {} : Object.fromEntries(ADDRESS.map((field) => [`${name}.${field}`, from[field] ?? ""]));
  return {
    ...{ reason: of.reason ?? "", actionCode: of.actionCode ?? "", returnFacilityId: of.returnFacilityId },
    ...{ otherPickup: of.pickupAddress !== null, otherShip: of.shippingAddress !== null },
    ...address("pickup", of.pickupAddress),
    ...address("ship", of.shippingAddress),
    ...of.box,
  };
}
