import { hash, type Options, verify } from "@node-rs/argon2";
import { ok, type Result, refuse } from "../kernel/index.ts";
import { newToken } from "../platform/vault.ts";

/** argon2id (the library's default kind) with the first of OWASP's recommended sets: 19 MiB, 2 passes, 1 lane; about 20 ms. */
const COST: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
export const PASSWORD_LENGTH_MAX = 200;
const PASSWORD_LENGTH_MIN = 10;
/** The usual first guesses that are long enough; the lock on attempts does the rest. */
const COMMON = ["1234567890", "0123456789", "password12", "password123", "qwertyuiop", "administrator", "welcome123"];

/** Decides whether a password may be chosen: length before composition (NIST SP 800-63B, section 5.1.1.2). */
export function checkPassword(password: string, username: string): Result<undefined> {
  const plain = password.normalize("NFKC").toLowerCase();
  const length = [...plain].length;
  if (length < PASSWORD_LENGTH_MIN)
    return refuse("PASSWORD_TOO_WEAK", { detail: `it has ${length} characters, ${PASSWORD_LENGTH_MIN} are needed` });
  if (new Set(plain).size < 4) return refuse("PASSWORD_TOO_WEAK", { detail: "it repeats a few characters" });
  if (COMMON.includes(plain)) return refuse("PASSWORD_TOO_WEAK", { detail: "it is one of the first that are guessed" });
  const name = username.split("@")[0] ?? username;
  if (plain === username || (name.length >= 5 && plain.replaceAll(/[\d\W_]/g, "") === name.replaceAll(/[\d\W_]/g, "")))
    return refuse("PASSWORD_TOO_WEAK", { detail: "it is the user name" });
  return ok();
}

/** Hash as the database stores it, parameters and salt included. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"), COST);
}

let standIn: Promise<string> | undefined;

/**
 * Is this the password? Without a hash (no such user, no password yet) the same work is done against a stand-in, so that
 * the time of the answer does not tell which user names exist.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  standIn ??= hashPassword(newToken());
  // Longer ones were never accepted; they are not hashed as given, so that nobody buys work with long texts.
  const fits = password.length <= PASSWORD_LENGTH_MAX;
  const matches = await verify(stored ?? (await standIn), fits ? password.normalize("NFKC") : "");
  return matches && stored !== null && fits;
}
