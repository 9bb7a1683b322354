/** The simulated portal's own keys and encryption. Written apart from the client's, so that a mistake there is no rule here. */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createSign,
  generateKeyPairSync,
  privateDecrypt,
} from "node:crypto";

export interface PortalKeys {
  /** PEM, what sessions are begun with. */
  readonly encryption: string;
  /** PEM, what proves signatures. */
  readonly signing: string;
  /** The text that was encrypted with the encryption key; null where it was not. */
  open(base64: string): string | null;
  /** RS256. */
  sign(data: unknown): string;
}

const BITS = 2048;

export function makeKeys(): PortalKeys {
  const encryption = generateKeyPairSync("rsa", { modulusLength: BITS });
  const signing = generateKeyPairSync("rsa", { modulusLength: BITS });
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return {
    encryption: encryption.publicKey.export({ type: "spki", format: "pem" }).toString(),
    signing: signing.publicKey.export({ type: "spki", format: "pem" }).toString(),
    open(base64) {
      try {
        const key = { key: encryption.privateKey, padding: constants.RSA_PKCS1_PADDING };
        return privateDecrypt(key, Buffer.from(base64, "base64")).toString("utf8");
      } catch {
        return null; // another key, or no ciphertext at all
      }
    },
    sign(data) {
      const text = `${part({ alg: "RS256", typ: "JWT" })}.${part({ data: JSON.stringify(data), iss: "NIC" })}`;
      return `${text}.${createSign("RSA-SHA256").update(text).sign(signing.privateKey).toString("base64url")}`;
    },
  };
}

export function encrypt(bytes: Buffer, key: Buffer): string {
  const cipher = createCipheriv("aes-256-ecb", key, null);
  return Buffer.concat([cipher.update(bytes), cipher.final()]).toString("base64");
}

/** The JSON in an encrypted text; undefined where there is none. */
export function decryptJson(base64: string, key: Buffer): unknown {
  try {
    const decipher = createDecipheriv("aes-256-ecb", key, null);
    const text = Buffer.concat([decipher.update(base64, "base64"), decipher.final()]).toString("utf8");
    return JSON.parse(text);
  } catch {
    return undefined; // not with this key, or not JSON
  }
}
