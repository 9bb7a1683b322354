import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";

/** Where a portal is and which keys it has, as the operator says. */
export interface PortalPlace {
  readonly url: string;
  /** PEM. */
  readonly key: string;
  readonly signingKeys: readonly string[];
  /** By operation, where they differ from the published ones. */
  readonly paths: Readonly<Record<string, string>>;
}

type Read =
  | { readonly ok: true; readonly place: PortalPlace | null }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads the portal's variables; all faults at once. Null where no address is set. */
export function readPortalPlace(given: { url: string; key: string; signingKeys: string; paths: string }): Read {
  if (given.url.trim() === "") return { ok: true, place: null };
  const faults: string[] = [];
  const url = given.url.trim().replace(/\/+$/, "");
  if (!/^https?:\/\/\S+$/.test(url)) faults.push("GODOWN_NIC_URL: is not https://…");
  if (given.key.trim() === "") faults.push("GODOWN_NIC_KEY: is wanted beside GODOWN_NIC_URL");
  const key = given.key.trim() === "" ? null : readKey(given.key);
  if (key !== null && !key.ok) faults.push(`GODOWN_NIC_KEY: ${key.words}`);
  const signing = given.signingKeys
    .split(",")
    .filter((text) => text.trim() !== "")
    .map(readKey);
  for (const each of signing) if (!each.ok) faults.push(`GODOWN_NIC_SIGNING_KEYS: ${each.words}`);
  const paths: Record<string, string> = {};
  for (const pair of given.paths.split(",").filter((text) => text.trim() !== "")) {
    const match = /^\s*(\w+)=(\/\S*?)\s*$/.exec(pair);
    if (match?.[1] && match[2] && OPERATIONS.has(match[1])) paths[match[1]] = match[2];
    else faults.push(`GODOWN_NIC_PATHS: "${pair}" is not operation=/path of ${[...OPERATIONS].join(", ")}`);
  }
  if (faults.length > 0 || key === null || !key.ok) return { ok: false, faults };
  return { ok: true, place: { url, key: key.pem, signingKeys: signing.flatMap((k) => (k.ok ? [k.pem] : [])), paths } };
}

const OPERATIONS: ReadonlySet<string> = new Set([
  ...["authenticate", "generate", "cancel", "getByIrn", "getByDocument", "syncGstin"],
]);

type ReadKey = { readonly ok: true; readonly pem: string } | { readonly ok: false; readonly words: string };

/** A public key or a certificate: PEM, its Base64 in one line, or the path of a file behind an @. */
function readKey(given: string): ReadKey {
  const text = given.trim();
  try {
    const from = text.startsWith("@") ? readFileSync(text.slice(1), "utf8") : text.replaceAll("\\n", "\n");
    const bare = /^[A-Za-z0-9+/=\s]+$/.test(from);
    const key = bare
      ? createPublicKey({ key: Buffer.from(from, "base64"), format: "der", type: "spki" })
      : createPublicKey(from);
    if (key.asymmetricKeyType !== "rsa") return { ok: false, words: "is no RSA key" };
    return { ok: true, pem: key.export({ type: "spki", format: "pem" }).toString() };
  } catch (error) {
    // Wrong text and missing file alike: the operator reads which.
    return { ok: false, words: `is no public key (${error instanceof Error ? error.message : String(error)})` };
  }
}
