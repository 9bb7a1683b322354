import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigFault, readConfig } from "./config.ts";
import { readPortalPlace } from "./portal-place.ts";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
const PEM = publicKey.export({ type: "spki", format: "pem" }).toString();
const BARE = publicKey.export({ type: "spki", format: "der" }).toString("base64");
const given = { url: "https://portal.example/", key: PEM, signingKeys: "", paths: "" };

describe("the portal's variables", () => {
  it("name none where no address is set, whatever the others say", () => {
    expect(readPortalPlace({ ...given, url: " " })).toEqual({ ok: true, place: null });
    expect(readConfig({}).invoicePortal).toBeNull();
  });

  it("take a key as PEM, with its line breaks written out, as Base64 alone, or from a file", () => {
    const file = join(mkdtempSync(join(tmpdir(), "portal-key-")), "key.pem");
    writeFileSync(file, PEM);
    for (const key of [PEM, PEM.replaceAll("\n", "\\n"), BARE, `@${file}`])
      expect(readPortalPlace({ ...given, key })).toEqual({
        ok: true,
        place: { url: "https://portal.example", key: PEM, signingKeys: [], paths: {} },
      });
  });

  it("take several signing keys, and paths by operation", () => {
    const read = readPortalPlace({
      ...given,
      signingKeys: `${BARE},${BARE}`,
      paths: "generate=/v2/Invoice, cancel=/v2/Cancel",
    });
    expect(read).toMatchObject({
      place: { signingKeys: [PEM, PEM], paths: { generate: "/v2/Invoice", cancel: "/v2/Cancel" } },
    });
  });

  it("are refused with all faults at once, and the process does not start", () => {
    const wrong = { url: "portal.example", key: "nonsense", signingKeys: "@/nowhere/key.pem", paths: "invent=/x" };
    const read = readPortalPlace(wrong);
    expect(read.ok ? [] : read.faults.map((fault) => fault.split(":")[0])).toEqual([
      ...["GODOWN_NIC_URL", "GODOWN_NIC_KEY", "GODOWN_NIC_SIGNING_KEYS", "GODOWN_NIC_PATHS"],
    ]);
    expect(() => readConfig({ GODOWN_NIC_URL: "https://portal.example" })).toThrow(ConfigFault);
  });
});
