import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assert } from "../kernel/index.ts";
import { Secret } from "./secret.ts";

/** Seals secrets for the database with AES-256-GCM. The key lives outside the database. */
export class Vault {
  readonly #key: Buffer;

  constructor(key: Secret) {
    this.#key = createHash("sha256").update(key.reveal()).digest();
  }

  /** @param purpose binds the sealed bytes to their place ("channel:<id>:password"), so that rows cannot be swapped. */
  seal(secret: Secret, purpose: string): Buffer {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([cipher.update(secret.reveal(), "utf8"), cipher.final()]);
    return Buffer.concat([Buffer.from([1]), iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws where the key is another one or the bytes were changed. */
  open(sealed: Buffer, purpose: string): Secret {
    assert(sealed[0] === 1 && sealed.length > 29, "sealed bytes have version 1");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, sealed.subarray(1, 13)).setAAD(Buffer.from(purpose));
    decipher.setAuthTag(sealed.subarray(13, 29));
    return new Secret(Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]).toString("utf8"));
  }

  /** A keyed digest for signed links: nobody without the key can make one. */
  sign(text: string): string {
    return createHmac("sha256", this.#key).update("link:").update(text).digest("base64url");
  }
}

/** The configured key, or the one in the data directory, made (mode 0600) at first start. */
export async function openVault(options: { configured: Secret | null; dataDir: string }): Promise<Vault> {
  if (options.configured) return new Vault(options.configured);
  const path = join(options.dataDir, "secret.key");
  try {
    return new Vault(new Secret((await readFile(path, "utf8")).trim()));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    // Another process of this data directory made it at the same moment: its key is the key.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return new Vault(new Secret((await readFile(path, "utf8")).trim()));
}

/** SHA-256 of a token or name as the directory stores it. */
export function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** A new random token of 256 bits for a header, cookie or link. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}
