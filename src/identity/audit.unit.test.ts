import { describe, expect, it } from "vitest";
import { Secret } from "../platform/secret.ts";
import { withoutSecrets } from "./audit.ts";

describe("what goes into the audit trail", () => {
  it("has no secret in it, whatever the spelling and depth", () => {
    const before = {
      name: "AJIO_Dropship_1",
      connector: { Username: "DV1", Password: "hunter2", api_key: "k", "security-key": "s", vendorCode: "V" },
      rows: [{ accessToken: "t", passwordHash: "$argon2id$", apiKey: 7, refresh_token: { a: "b" } }],
      header: new Map([["Authorization", "Bearer x"]]),
      sealed: new Secret("open sesame"),
      bytes: Buffer.from("key"),
    };
    const kept = JSON.stringify(withoutSecrets(before));
    for (const secret of ["hunter2", "Bearer", "argon2id", "sesame", "a2V5"]) expect(kept).not.toContain(secret);
    expect(withoutSecrets(before)).toMatchObject({
      name: "AJIO_Dropship_1",
      connector: {
        Username: "DV1",
        Password: "[secret]",
        api_key: "[secret]",
        "security-key": "[secret]",
        vendorCode: "V",
      },
      rows: [{ accessToken: "[secret]", passwordHash: "[secret]", apiKey: "[secret]", refresh_token: "[secret]" }],
      header: { Authorization: "[secret]" },
      sealed: "[secret]",
      bytes: "[bytes]",
    });
  });

  it("keeps the rest as JSON would, instants and absences included", () => {
    const at = Temporal.Instant.from("2026-11-20T04:30:00Z");
    expect(withoutSecrets({ at, password: null, hasPassword: true, list: [1, "a", null], none: undefined })).toEqual({
      at: "2026-11-20T04:30:00Z",
      password: null,
      hasPassword: true,
      list: [1, "a", null],
      none: undefined,
    });
  });

  it("ends where a value does not", () => {
    const ring: { self?: unknown } = {};
    ring.self = ring;
    expect(JSON.stringify(withoutSecrets(ring))).toContain("[too deep]");
  });
});
