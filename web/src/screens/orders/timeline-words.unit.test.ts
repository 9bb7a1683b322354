import { expect, it } from "vitest";
import { actorOf } from "./timeline-actor.ts";
import { wordsOf } from "./timeline-words.ts";

it("tells what a channel said although it took a package", () => {
  const message = "Snapdeal had SLP1 printed already: its paper bears invoice PANEL-1, yours is W-1.";
  const row = { id: "e", at: "2026-11-20T04:30:00Z", actorKind: "USER", actorName: "Asha", kind: "TAKEN_WITH_WORDS" };
  const known = { package: "BLR1-1", exchangeId: null, outcome: null };
  expect(wordsOf({ ...row, ...known, facts: { package: "BLR1-1", message, exchange: "x" } })).toEqual({
    what: "Taken by the channel, which says",
    why: message,
    tone: "attention",
  });
});

it("names the house where a job of ours did it, and everybody else by his name", () => {
  const names = ["status-sync.apply_words", "fulfilment.ask_channel_steps", "shipping.tell_courier"];
  for (const actorName of names)
    for (const actorKind of ["SYSTEM", "SCHEDULE"]) expect(actorOf({ actorKind, actorName }).name).toBe("Godown");
  expect(actorOf({ actorKind: "USER", actorName: "asha.rao" }).name).toBe("asha.rao");
  expect(actorOf({ actorKind: "CHANNEL", actorName: "Oker_1" })).toEqual({ kind: "channel", name: "Oker_1" });
});
