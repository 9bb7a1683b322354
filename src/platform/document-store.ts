import { createHash } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assert, newId } from "../kernel/index.ts";

/** Bytes by their SHA-256. The same file is stored once; what it is stands in the database. */
export interface DocumentStore {
  /** Stores bytes durably and gives their digest. Storing again changes nothing. */
  put(bytes: Uint8Array): Promise<Buffer>;
  /** The bytes; null where the store does not have them. */
  get(sha256: Buffer): Promise<Buffer | null>;
}

/** A document store in a directory: two levels of folders, files named by their digest. */
export class DirectoryDocumentStore implements DocumentStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async put(bytes: Uint8Array): Promise<Buffer> {
    const sha256 = createHash("sha256").update(bytes).digest();
    const path = this.#path(sha256);
    if (await exists(path)) return sha256;
    await mkdir(dirname(path), { recursive: true });
    // Written beside and renamed: a killed process leaves no half file under a digest's name.
    const partial = `${path}.${newId()}.partial`;
    await writeFile(partial, bytes, { flush: true });
    await rename(partial, path);
    return sha256;
  }

  async get(sha256: Buffer): Promise<Buffer | null> {
    try {
      const bytes = await readFile(this.#path(sha256));
      assert(
        createHash("sha256").update(bytes).digest().equals(sha256),
        "a stored document has the digest it is named by",
      );
      return bytes;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    }
  }

  #path(sha256: Buffer): string {
    const hex = sha256.toString("hex");
    return join(this.#root, hex.slice(0, 2), hex.slice(2, 4), hex);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
