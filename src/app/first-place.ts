import { z } from "zod";
import { installStandardTaxClasses } from "../catalog/index.ts";
import type { Result } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { optionalTextField, textField } from "../platform/http/fields.ts";
import { type FirstFacilityInput, makeFirstFacility } from "../warehouse/index.ts";

const prefixField = z
  .string()
  .trim()
  .regex(/^[A-Z1-9][A-Z0-9/-]{0,11}$/, "is 1 to 12 capitals, digits, / or - and does not start with 0")
  .optional();

const placeFields = z.object({
  facility: z.object({
    code: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9_-]{1,45}$/, "is 1 to 45 letters, digits, _ and -"),
    name: textField(200),
    line1: textField(200),
    line2: optionalTextField(200),
    city: textField(100),
    stateCode: z.string().trim().max(2),
    pincode: z.string().trim().max(10),
    gstin: optionalTextField(20),
    legalName: optionalTextField(200),
    phone: optionalTextField(30),
    email: optionalTextField(200),
  }),
  // Strict: a prefix under another name would be dropped, and the seller's first invoice numbered otherwise than typed.
  series: z
    .strictObject({ invoicePrefix: prefixField, creditNotePrefix: prefixField })
    .default({ invoicePrefix: undefined, creditNotePrefix: undefined }),
});

type Place = z.output<typeof placeFields>;

/** What the first run makes beside tenant and administrator: the first facility with its series, and India's tax classes. */
export const firstPlace: {
  place: z.ZodType<Place>;
  makeFacility: (tx: Tx, ctx: Ctx, place: Place) => Promise<Result<unknown>>;
} = {
  place: placeFields,
  makeFacility: async (tx, ctx, { facility, series }) => {
    const { invoicePrefix, creditNotePrefix } = series;
    const input: FirstFacilityInput = {
      ...facility,
      ...(invoicePrefix === undefined ? {} : { invoicePrefix }),
      ...(creditNotePrefix === undefined ? {} : { creditNotePrefix }),
    };
    const made = await makeFirstFacility(tx, ctx, input);
    return made.ok ? installStandardTaxClasses(tx, ctx) : made;
  },
};
