import { describe, expect, it } from "vitest";
import { createLog } from "./log.ts";
import { Secret } from "./secret.ts";

function logged(work: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  work(createLog({ level: "info", name: "web", destination: { write: (line) => void lines.push(line) } }));
  return lines.join("");
}

describe("the log", () => {
  it("strikes out secrets and buyers' data wherever they stand in what is logged", () => {
    const line = logged((log) =>
      log.info({
        password: "hunter2",
        request: { headers: { authorization: "Basic aHVudGVyMg==", cookie: "godown_session=abc" } },
        order: { shipTo: { address: { phone: "9876543210", line1: "12 MG Road", email: "a@b.in" } } },
        sealed: new Secret("hunter2"),
        saleOrderId: "o1",
      }),
    );
    expect(line).not.toMatch(/hunter2|aHVudGVy|godown_session|9876543210|MG Road|a@b\.in/);
    expect(JSON.parse(line)).toMatchObject({
      role: "web",
      saleOrderId: "o1",
      password: "[redacted]",
      sealed: "[secret]",
    });
  });

  it("tells of an error its kind, words, place and causes, and not the row that it was about", () => {
    const cause = Object.assign(new Error("duplicate key"), {
      ...{ code: "23505", constraint: "sku_code", detail: "Key (phone)=(9876543210) already exists." },
      client: { connectionParameters: { password: "hunter2" } },
    });
    const line = logged((log) => log.error({ err: new Error("saving failed", { cause }) }, "failed"));
    expect(line).not.toMatch(/9876543210|hunter2/);
    expect(JSON.parse(line).err).toMatchObject({
      ...{ type: "Error", message: "saving failed" },
      cause: { message: "duplicate key", code: "23505", constraint: "sku_code" },
    });
  });
});
