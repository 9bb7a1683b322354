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
  /** Writes and reads a probe, to say in words what is wrong with the store. */
  check(): Promise<StoreCheck>;
  /** Gives back what it holds, for a clean stop. */
  close(): Promise<void>;
}

/** `passing`: it may be well again without anybody changing a setting. */
export type StoreCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly passing: boolean; readonly words: string };

/** The document store refuses or stays away; the message says which store, what was asked and what it answered. */
export class DocumentStoreFault extends Error {
  override readonly name = "DocumentStoreFault";
  readonly passing: boolean;

  constructor(message: string, passing: boolean) {
    super(message);
    this.passing = passing;
  }
}

/** What `check` writes and reads. */
export const PROBE = Buffer.from("Godown writes and reads this file to see whether its document store works.\n");

/** Where a document lies below the store's root, in every kind of store: ab/cd/abcd… */
export function keyOf(sha256: Buffer): string {
  const hex = sha256.toString("hex");
  return `${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
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

  async check(): Promise<StoreCheck> {
    const probe = join(this.#root, "probe");
    try {
      await mkdir(this.#root, { recursive: true });
      await writeFile(probe, PROBE, { flush: true });
      const read = await readFile(probe);
      return read.equals(PROBE)
        ? { ok: true }
        : { ok: false, passing: false, words: `The document store ${this.#root} gave other bytes than were written` };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return { ok: false, passing: false, words: `The document store ${this.#root} cannot be used: ${words}` };
    }
  }

  async close(): Promise<void> {
    // Files are opened and closed by each call.
  }

  #path(sha256: Buffer): string {
    return join(this.#root, keyOf(sha256));
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
