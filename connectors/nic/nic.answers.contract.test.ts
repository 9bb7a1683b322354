/** Answers that are not what the portal promises: written otherwise, broken, or of something else. */
import { afterEach, describe, expect, it } from "vitest";
import { aDocument } from "../../tests/support/e-invoice-cases.ts";
import { failure, PORTAL_ACCOUNT, type PortalScene, portalScene, value, wishFor } from "../../tests/support/portal.ts";
import type { Answer } from "../kit/simulator/index.ts";

let scene: PortalScene | undefined;
afterEach(() => scene?.close());

/** A portal whose answers to one operation are changed, as often as said. */
async function changing(operation: string, over: (body: object) => Partial<Answer>, times = Number.POSITIVE_INFINITY) {
  let left = times;
  const made = await portalScene({
    tamper: (call, answer) => {
      if (call.operation !== operation || left <= 0 || typeof answer.body !== "object" || answer.body === null)
        return answer;
      left -= 1;
      return { ...answer, unchecked: true, ...over(answer.body) };
    },
  });
  scene = made;
  return { ...made, register: (document = aDocument()) => made.portal.register(PORTAL_ACCOUNT, wishFor(document)) };
}

describe("answers of the portal", () => {
  it("with their status as text are understood, as gateways write it", async () => {
    const { register } = await changing("generate", (body) => ({ body: { ...body, Status: "1" } }));
    expect(value(await register())).toMatchObject({ adopted: false });
  });

  it("that name a duplicate without its code, or as a text, are duplicates", async () => {
    const { register } = await changing("generate", (body) => {
      const info = "InfoDtls" in body && Array.isArray(body.InfoDtls) ? body.InfoDtls : [];
      const asText = info.map((entry: { Desc: unknown }) => ({ InfCd: "DUPIRN", Desc: JSON.stringify(entry.Desc) }));
      return info.length === 0 ? {} : { body: { ...body, ErrorDetails: null, InfoDtls: asText } };
    });
    const first = value(await register());
    expect(value(await register())).toMatchObject({ irn: first.irn, adopted: true });
  });

  it.each<[string, (body: object) => Partial<Answer>]>([
    ["that cannot be decrypted", (body) => ({ body: { ...body, Data: "AAAA" } })],
    ["without data", (body) => ({ body: { ...body, Data: null } })],
    ["that are not the portal's", () => ({ body: { message: "ok" } })],
    ["that are a web page", () => ({ body: "<html>maintenance</html>", headers: { "content-type": "text/html" } })],
    [
      "of a server that broke down in the portal's form",
      (body) => ({ status: 500, body: { ...body, Status: 0, Data: null } }),
    ],
  ])("%s, although the document was registered, are read back: nothing is sent twice", async (_, over) => {
    const { register, simulator, calls } = await changing("generate", over);
    expect(value(await register())).toMatchObject({ adopted: true });
    expect([calls("generate"), simulator.documents().length]).toEqual([1, 1]);
  });

  it.each<[string, object]>([
    ["without a time at which it ends", { TokenExpiry: "soon" }],
    ["whose key was encrypted with another", { Sek: "AAAA" }],
    ["without a token", { AuthToken: "" }],
  ])("to the session %s stop before anything is sent", async (_, over) => {
    const { register, calls } = await changing("authenticate", (body) => ({
      body: { ...body, Data: { ...("Data" in body && typeof body.Data === "object" ? body.Data : {}), ...over } },
    }));
    expect(failure(await register())).toMatchObject({ kind: "bad_answer", advice: "RETRY" });
    expect(calls("generate")).toBe(0);
  });

  it("to a cancellation that cannot be read are read back", async () => {
    const { register, portal, calls } = await changing("cancel", (body) => ({ body: { ...body, Data: "AAAA" } }));
    const { irn } = value(await register());
    const cancelled = await portal.cancel(PORTAL_ACCOUNT, { irn, reason: "MISTAKE", remark: "x" });
    expect(value(cancelled)).toEqual({ irn, cancelledAt: null });
    expect(calls("cancel")).toBe(1);
  });
});
