import { ApiError } from "../../lib/problem.ts";
import type { FieldDeclaration, FieldValue } from "../../ui/form/index.ts";

/** A new password, typed twice: nobody can read it back later. */
export const passwordFields: readonly FieldDeclaration[] = [
  {
    name: "password",
    label: "Password",
    type: "password",
    required: true,
    pattern: "[\\s\\S]{10,200}",
    patternHelp: "has at least 10 characters",
    help: "At least 10 characters; a few words in a row are good and easy to keep.",
    autoComplete: "new-password",
  },
  { name: "repeated", label: "The same again", type: "password", required: true, autoComplete: "new-password" },
];

/** Refuses two passwords that differ, at the second field. */
export function samePasswords(values: Readonly<Record<string, FieldValue>>, first = "password"): void {
  if (values[first] === values.repeated) return;
  throw new ApiError(422, {
    code: "PASSWORDS_DIFFER",
    message: "The two passwords are not the same.",
    whatToDo: "Type both again.",
    fields: [{ path: "repeated", message: "is not the same as the first" }],
  });
}
