import { z } from "zod";
import { type Instant, ok, type Result, refuse } from "../kernel/index.ts";
import { textField } from "../platform/http/fields.ts";

export const EDITIONS = ["STANDARD", "PROFESSIONAL", "ENTERPRISE"] as const;
export type Edition = (typeof EDITIONS)[number];

export interface Tenant {
  readonly code: string;
  readonly name: string;
  readonly edition: Edition;
  /** Before a tenant is live no sync runs and pushed orders wait in intake. */
  readonly live: boolean;
  readonly liveAt: Instant | null;
  /** May use the test GSTINs of the National Informatics Centre. */
  readonly sandbox: boolean;
  /** Values that differ from their setting's default, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export const tenantFields = {
  code: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9-]{1,40}$/, "is 2 to 41 small letters, digits or - and starts with a letter or digit"),
  name: textField(200),
  edition: z.enum(EDITIONS),
  sandbox: z.boolean(),
};

/** Enabled facilities that an edition has room for (behaviours.md 1.10); null: no limit. */
export function facilitiesMax(edition: Edition): number | null {
  return { STANDARD: 1, PROFESSIONAL: 2, ENTERPRISE: null }[edition];
}

/** Refuses `facilities` enabled ones where the edition has room for fewer. */
export function decideFacilities(edition: Edition, facilities: number): Result<undefined> {
  const max = facilitiesMax(edition);
  return max === null || facilities <= max
    ? ok()
    : refuse("EDITION_FACILITY_LIMIT", { edition, facilitiesMax: max, facilities });
}
