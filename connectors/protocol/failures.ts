/** The protocol's error bodies in our words. */
import { describeMisfits, type Misfit } from "../../contract/validators.ts";
import { badAnswer, type ConnectorFailure, type InAnswer } from "../kit/index.ts";
import { isJson } from "./map/json.ts";

/** `{errors: [{code, message}]}` of 400, `{reason, description}` of 401, `{message}` of lists. */
export function explainError(answer: InAnswer): { code?: string; message?: string } {
  const body = answer.json;
  if (!isJson(body)) return {};
  if (Array.isArray(body.errors) && body.errors.length > 0) {
    const errors = body.errors.filter(isJson);
    const message = errors
      .map((error) => textOf(error.message))
      .filter((m) => m !== "")
      .join("; ");
    return { ...code(errors[0]?.code), ...(message === "" ? {} : { message }) };
  }
  const reason = textOf(body.reason);
  const message = [reason, textOf(body.description)].filter((m) => m !== "").join(": ") || textOf(body.message);
  return message === "" ? {} : { message };
}

/** A 2xx answer whose body is not what the contract says. */
export function misfit(
  operation: string,
  idempotent: boolean,
  status: number,
  errors: readonly Misfit[],
): ConnectorFailure {
  return badAnswer({ idempotent }, status, `The answer does not fit ${operation}: ${describeMisfits(errors)}`);
}

function code(value: unknown): { code?: string } {
  return typeof value === "string" && value !== "" ? { code: value } : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}
