/** The portal's encryption, and reading what it signed. */
import { constants, createCipheriv, createDecipheriv, createPublicKey, publicEncrypt, verify } from "node:crypto";
import { validator } from "../../contract/validators.ts";
import { NIC_CONTRACT } from "./contract/index.ts";

/** AES-256, as the portal asks: ECB, so that each message stands alone, with PKCS7 padding. */
const AES = "aes-256-ecb";
const KEY_BYTES = 32;

/** Base64 of the text encrypted with the session's key. */
export function seal(text: string, key: Buffer): string {
  const cipher = createCipheriv(AES, key, null);
  return Buffer.concat([cipher.update(text, "utf8"), cipher.final()]).toString("base64");
}

/** The bytes that were encrypted with the key; null where they were not, or with another. */
export function unseal(base64: string, key: Buffer): Buffer | null {
  try {
    const decipher = createDecipheriv(AES, key, null);
    return Buffer.concat([decipher.update(base64, "base64"), decipher.final()]);
  } catch {
    return null; // padding or length: the answer is not what the key makes
  }
}

/** The session's key out of the portal's answer; null where it is not one. */
export function readSek(sek: string, appKey: Buffer): Buffer | null {
  const key = unseal(sek, appKey);
  return key?.length === KEY_BYTES ? key : null;
}

/** JSON → Base64 → RSA (PKCS#1 v1.5) → Base64; null where it is too long for the key, or the key is none. */
export function sealForPortal(value: unknown, publicKeyPem: string): string | null {
  const text = Buffer.from(Buffer.from(JSON.stringify(value)).toString("base64"));
  try {
    return publicEncrypt({ key: publicKeyPem, padding: constants.RSA_PKCS1_PADDING }, text).toString("base64");
  } catch {
    return null;
  }
}

/** Is this a public key that can be used? For who configures one. */
export function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}

export type ReadSigned =
  | { readonly ok: true; readonly data: unknown; readonly proved: boolean }
  | { readonly ok: false; readonly words: string };

const signedText = validator(NIC_CONTRACT, "SignedText");

/**
 * What a signed text (JWS) says. With keys it must be signed by one of them: the portal changes its key now and then, and
 * its signing key is not the one it encrypts with. Without keys it is read and not proved.
 */
export function readSigned(jws: string, signingKeys: readonly string[]): ReadSigned {
  const [head = "", body = "", signature = "", ...rest] = jws.split(".");
  const header = jsonOf(Buffer.from(head, "base64url").toString("utf8"));
  const isRs256 = typeof header === "object" && header !== null && "alg" in header && header.alg === "RS256";
  if (rest.length > 0 || !isRs256) return { ok: false, words: "is no text signed with RS256" };
  const claims = signedText(jsonOf(Buffer.from(body, "base64url").toString("utf8")));
  const data = claims.ok ? jsonOf(claims.value.data) : undefined;
  if (data === undefined) return { ok: false, words: "is signed, but holds no data" };
  if (signingKeys.length === 0) return { ok: true, data, proved: false };
  const signed = Buffer.from(`${head}.${body}`);
  const bytes = Buffer.from(signature, "base64url");
  const proved = signingKeys.some((key) => isPublicKey(key) && verify("RSA-SHA256", signed, key, bytes));
  return proved ? { ok: true, data, proved } : { ok: false, words: "is not signed with a key of the portal" };
}

/** Undefined where the text is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
