import { describe, expect, it } from "vitest";
import { ApiError } from "../../lib/problem.ts";
import type { CourierAccount, CourierKind } from "./account-data.ts";
import { accountBody, accountFields, accountValues, atAccountFields, settingWords } from "./account-fields.ts";

const kind: CourierKind = {
  ...{ id: "PROTOCOL", label: "Courier protocol", about: "Any courier.", hasAddress: false },
  fields: [
    { name: "username", label: "Username", type: "text", required: true, help: "Yours.", pattern: null },
    { name: "password", label: "Password", type: "password", required: true, help: "Its own.", pattern: null },
  ],
  settings: [
    {
      ...{ name: "tokenPrefix", label: "Token", help: "How.", type: "select", range: null, default: "" },
      options: [
        { value: "", label: "The token alone", unavailable: null },
        { value: "Bearer", label: "Bearer and the token", unavailable: null },
      ],
    },
    {
      ...{ name: "every", label: "Asked every", help: "Often.", type: "number", options: [], default: 360 },
      range: { min: 15, max: 1_440, unit: "minutes" },
    },
    {
      ...{ name: "manifests", label: "Manifest", help: "Ask.", type: "switch", options: [], range: null },
      default: false,
    },
  ],
};
const account: CourierAccount = {
  ...{
    courier: "PROTOCOL",
    baseUrl: "https://hawk.example",
    fields: { username: "asha" },
    secretsStored: ["password"],
  },
  settings: { tokenPrefix: "", every: 60, manifests: true },
  ...{ state: "CONNECTED", brokenReason: null, connectedAt: null, connectedBy: null },
  ...{ setAt: "2026-11-12T04:30:00Z", setBy: "Asha", abilities: null },
  counts: { live: 0, unsure: 0, toTell: 0, notTold: 0 },
};

describe("the form of a courier's account", () => {
  it("is drawn from its declaration; a stored secret says since when and need not be typed again", () => {
    const of = (stored: CourierAccount | null) => accountFields(kind, stored).find(({ name }) => name === "password");
    expect(accountFields(kind, null).map(({ name }) => name)).toEqual([
      "baseUrl",
      "username",
      "password",
      "setting.tokenPrefix",
      "setting.every",
      "setting.manifests",
    ]);
    expect(of(null)).not.toHaveProperty("kept");
    expect(of(account)).toMatchObject({ type: "password", kept: "set on 12 Nov 2026 by Asha" });
    expect(of({ ...account, courier: "OTHER" })).not.toHaveProperty("kept");
    expect(accountFields({ ...kind, hasAddress: true }, null)[0]).toMatchObject({ name: "baseUrl", required: false });
  });

  it("sends back what it was given, settings apart, without the secret that was left empty", () => {
    const values = accountValues(kind, account);
    expect(values).not.toHaveProperty("password");
    expect(accountBody(kind, values)).toEqual({
      ...{ courier: "PROTOCOL", baseUrl: "https://hawk.example", fields: { username: "asha" } },
      settings: { tokenPrefix: "", every: 60, manifests: true },
    });
    expect(accountBody(kind, { baseUrl: "", password: "s3cret" })).toEqual({
      ...{ courier: "PROTOCOL", baseUrl: null, fields: { password: "s3cret" }, settings: {} },
    });
  });

  it("shows what the server refused at the field that it is about", () => {
    const refused = new ApiError(422, {
      ...{ code: "COURIER_ACCOUNT_INVALID", message: "m", whatToDo: "w" },
      facts: {
        fields: ["baseUrl", "password", "every", ""],
        faults: ["Base URL is required", "Password is required", "Asked every is no number", "no field x"],
      },
    });
    const told = atAccountFields(refused, kind);
    expect(told instanceof ApiError && told.problem.fields).toEqual([
      { path: "baseUrl", message: "is required" },
      { path: "password", message: "is required" },
      { path: "setting.every", message: "is no number" },
    ]);
    const other = new ApiError(409, { code: "OTHER", message: "m", whatToDo: "w" });
    expect(atAccountFields(other, kind)).toBe(other);
  });

  it("says settings in words", () => {
    const [token, every, manifests] = kind.settings;
    if (!(token && every && manifests)) throw new Error("there are three settings");
    expect([settingWords(token, ""), settingWords(every, undefined), settingWords(manifests, true)]).toEqual([
      "The token alone",
      "360 minutes",
      "On",
    ]);
  });
});
