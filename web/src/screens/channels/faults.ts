import { ApiError, type FieldFault } from "../../lib/problem.ts";
import { facilitiesField } from "./credential-fields.ts";
import { sourcePrefix } from "./settings-fields.ts";

/** The labels by which the server names fields, as the source declares them. */
interface Declared {
  readonly fields?: readonly { readonly name: string; readonly label: string }[];
  readonly settings?: readonly { readonly name: string; readonly label: string }[];
}

/**
 * A refusal of a channel's form, with its words at the fields that they are about. Pure. What is about no field, and any
 * other error, is given back as it is.
 */
export function atFields(error: unknown, declared: Declared): unknown {
  if (!(error instanceof ApiError) || error.problem.fields !== undefined) return error;
  const fields = faultsOf(error, declared);
  return fields.length === 0 ? error : new ApiError(error.status, { ...error.problem, fields });
}

function faultsOf({ problem }: ApiError, { fields = [], settings = [] }: Declared): readonly FieldFault[] {
  const facts = problem.facts ?? {};
  const byLabel = (label: unknown) => fields.find((field) => field.label === label)?.name ?? "";
  switch (problem.code) {
    case "CREDENTIALS_INVALID": {
      const names = texts(facts.fields);
      return texts(facts.faults).map((words, i) => {
        const path = names[i] ?? "";
        const label = fields.find((field) => field.name === path)?.label;
        return { path, message: withoutLabel(words, label) };
      });
    }
    case "CHANNEL_USERNAME_TAKEN":
      return [{ path: "username", message: `is that of the channel ${String(facts.other)} already` }];
    case "CHANNEL_FIELD_TAKEN":
      return [{ path: byLabel(facts.field), message: `is that of the channel ${String(facts.other)} already` }];
    case "STORE_NOT_CHOSEN":
      return [{ path: facilitiesField, message: `lacks ${String(facts.store)}, the ${String(facts.field)}` }];
    case "MAPPED_FACILITY_NOT_CHOSEN":
      return [
        {
          path: facilitiesField,
          message: `lacks ${texts(facts.facilities).join(", ")}, which ${String(facts.field)} names`,
        },
      ];
    case "CHANNEL_FACILITIES_MISSING":
    case "CHANNEL_FACILITY_UNKNOWN":
      return [{ path: facilitiesField, message: problem.message }];
    case "CHANNEL_SETTING_UNAVAILABLE": {
      const name = settings.find((setting) => setting.label === facts.setting)?.name;
      return name === undefined ? [] : [{ path: sourcePrefix + name, message: problem.message }];
    }
    default:
      return [];
  }
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

/** "Username does not look right" at the field Username: "does not look right". */
function withoutLabel(words: string, label: string | undefined): string {
  if (label === undefined || !words.startsWith(label)) return words;
  const rest = words.slice(label.length).replace(/^:?\s+/, "");
  return rest === "" ? words : rest;
}

/** What is wrong with the chosen facilities, where the refusal is about them; for forms that draw the choice themselves. */
export function facilityFault(error: unknown): string | null {
  if (!(error instanceof ApiError)) return null;
  return error.problem.fields?.find((fault) => fault.path === facilitiesField)?.message ?? null;
}
