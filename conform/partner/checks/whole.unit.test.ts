import { describe, expect, it } from "vitest";
import type { Exchange } from "../../exchange.ts";
import { judgePromptness } from "./whole.ts";

const answered = (durationMs: number): Exchange => ({
  number: 1,
  operation: "notifyShipmentPacked",
  method: "POST",
  url: "https://api.example.in/invoiced",
  credentials: "token",
  header: "Authorization",
  sent: {},
  status: 200,
  headers: {},
  json: { status: "Success", message: "ok" },
  content: null,
  bytes: 2,
  durationMs,
  failure: null,
  unreachable: false,
});

describe("how long a partner takes", () => {
  it("is no matter up to three seconds, and a warning beyond", () => {
    expect(judgePromptness([answered(4), answered(3_000)])).toMatchObject({ result: "PASS" });
    expect(judgePromptness([answered(4), answered(12_345)])).toMatchObject({
      result: "WARN",
      findings: [{ says: "an event took 12.3 s", grade: "advice" }],
    });
  });
});
