import { describe, expect, it } from "vitest";
import { callByHand } from "./call-by-hand.ts";
import type { Connector } from "./index.ts";
import {
  isRunnable,
  unfilledWords,
  unfinishedParts,
  unfinishedWords,
  unwritten,
  unwrittenReader,
} from "./unfinished.ts";

const NOW = Temporal.Instant.from("2026-11-20T04:30:00Z");

function aConnector(
  over: Partial<Pick<Connector, "operations" | "readOrder">>,
): Pick<Connector, "operations"> & Connector {
  return { label: "Half Done", capabilities: {}, operations: {}, ...over } as Connector; // only these are looked at
}

describe("a connector that is not finished", () => {
  const verify = unwritten("operations/verify.ts", "sign in.");
  const readOrder = unwrittenReader("map/order.ts", "read it.");
  const cancel: Connector["operations"]["cancel"] = async () => ({
    ok: true,
    value: { status: "SUCCESS", results: [], message: null },
  });

  it("lists what is to be decided, then what is to be written where, in the order of its declaration", () => {
    const parts = unfinishedParts(aConnector({ operations: { verify, cancel }, readOrder }));
    expect(parts.map(({ part, where }) => [part, where])).toEqual([
      ["verify", "operations/verify.ts"],
      ["readOrder", "map/order.ts"],
    ]);
    const words = unfinishedWords("Half Done", parts, ["who ships?"]);
    expect(words?.split("\n")).toEqual([
      "Half Done is not finished.",
      "1 to decide (strike each out where the suite is called):",
      "  who ships?",
      "2 to write, each with its call in the contract and the simulator's answer to it:",
      "  verify     operations/verify.ts: sign in.",
      "  readOrder  map/order.ts: read it.",
    ]);
  });

  it("is finished when nothing is left of either", () => {
    const parts = unfinishedParts(aConnector({ operations: { cancel } }));
    expect(unfinishedWords("Done", parts, [])).toBeNull();
    expect(unfinishedWords("Done", parts, ["who ships?"])).toContain("1 to decide");
  });

  it("names the credentials that its form wants and the suite's seller does not fill in, and where to say them", () => {
    const field = (name: string, required: boolean) =>
      ({ ...{ name, label: name, required, help: "" }, type: "text" }) as const;
    const form = { label: "Half Done", fields: [field("appId", true), field("secret", true), field("note", false)] };
    expect(unfilledWords(form, { appId: "a", secret: "s" })).toBeNull();
    expect(unfilledWords(form, { appId: "", username: "u" })).toMatch(/^Half Done wants appId, secret .* `fieldsOf`/);
  });

  it("fails in words where it is used all the same, and calls nobody", async () => {
    const { call, sent } = callByHand(NOW, {});
    expect(await verify(call, undefined)).toEqual({
      ok: false,
      failure: {
        ...{ reached: "no", kind: "refused" },
        channelMessage: "Not written yet (operations/verify.ts): sign in.",
      },
    });
    expect(readOrder({})).toMatchObject({
      ok: false,
      faults: [{ facts: { detail: expect.stringContaining("map/") } }],
    });
    expect(sent).toEqual([]);
  });

  it("has those scenarios run that need nothing that is missing", () => {
    const parts = unfinishedParts(aConnector({ operations: { verify, cancel }, readOrder }));
    expect(
      ["verify", "cancel", "pullOrders", "readStatuses"].map((name) => isRunnable(name as "verify", parts)),
    ).toEqual([...[false, true, false, true]]);
  });
});
