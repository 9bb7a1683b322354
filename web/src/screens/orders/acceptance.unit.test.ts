import { expect, it } from "vitest";
import { acceptanceOf } from "./acceptance.tsx";
import type { TimelineRow } from "./types.ts";

const row = (over: Partial<TimelineRow>): TimelineRow => ({
  id: "1",
  at: "2026-11-22T02:00:00Z",
  actorKind: "SYSTEM",
  actorName: "Oker_1",
  kind: "NOTICE",
  facts: {},
  package: null,
  exchangeId: null,
  outcome: null,
  ...over,
});

it("is nothing where the channel waits for no acceptance", () => {
  expect(
    acceptanceOf([row({ kind: "ORDER_RECEIVED" }), row({ facts: { kind: "STATE" }, outcome: "PENDING" })]),
  ).toBeNull();
});

it("goes by the newest word: told, refused, then taken after it was told again", () => {
  const told = row({ facts: { kind: "ACKNOWLEDGE", attempts: 2, message: "timeout" }, outcome: "PENDING" });
  const refused = row({ kind: "ACCEPTANCE_REFUSED", facts: { message: "too late" } });
  expect(acceptanceOf([told])).toMatchObject({ state: "TELLING", attempts: 2, message: "timeout" });
  expect(acceptanceOf([refused, told])).toMatchObject({ state: "REFUSED", message: "too late" });
  expect(acceptanceOf([row({ kind: "ACCEPTANCE_TAKEN" }), refused, told])).toMatchObject({ state: "TAKEN" });
});
