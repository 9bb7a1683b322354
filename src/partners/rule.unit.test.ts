import { describe, expect, it } from "vitest";
import {
  type AttemptOutcome,
  type Course,
  isHeld,
  judgeAnswer,
  type Line,
  lineAfter,
  OPEN_LINE,
  stepAfter,
} from "./rule.ts";

const START = Temporal.Instant.from("2026-11-20T04:30:00Z");
const minutesSince = (at: Temporal.Instant) => at.since(START).total("minutes");

describe("what an answer means", () => {
  it.each<[number | null, string | null, AttemptOutcome]>([
    [200, "Success", "DELIVERED"],
    [202, "SUCCESS", "DELIVERED"],
    [200, "success", "DELIVERED"],
    [200, "Failed", "REFUSED"],
    [200, "FAILED", "REFUSED"],
    [200, null, "UNREADABLE"],
    [200, "Queued", "UNREADABLE"],
    [200, "INVALID_CREDENTIALS", "UNREADABLE"],
    [301, null, "REFUSED"],
    [400, "Failed", "REFUSED"],
    [400, "Success", "REFUSED"],
    [401, null, "CREDENTIALS_REFUSED"],
    [403, null, "REFUSED"],
    [404, null, "REFUSED"],
    [422, "Failed", "REFUSED"],
    [408, null, "BREAKDOWN"],
    [429, null, "BREAKDOWN"],
    [500, "Failed", "BREAKDOWN"],
    [503, null, "BREAKDOWN"],
    [null, null, "NO_ANSWER"],
  ])("HTTP %s with status %s: %s", (status, word, outcome) => expect(judgeAnswer(status, word)).toBe(outcome));
});

/** Tries that fail one after the other, each as soon as it may be, until it is settled. */
function failUntilSettled(outcome: AttemptOutcome) {
  let course: Course = { tries: 0, firstTriedAt: null };
  const at: number[] = [];
  for (let now = START; ; ) {
    at.push(minutesSince(now));
    const step = stepAfter(course, outcome, now);
    if (step.nextAttemptAt === null) return { at, state: step.state };
    course = step;
    now = step.nextAttemptAt;
  }
}

describe("an event that is not taken", () => {
  it.each<AttemptOutcome>(["BREAKDOWN", "NO_ANSWER", "NO_TOKEN"])(
    "(%s) is tried after 1, 5, 15 and 60 minutes, then hourly, and given up within 24 hours",
    (outcome) => {
      const { at, state } = failUntilSettled(outcome);
      expect(at.slice(0, 7)).toEqual([0, 1, 6, 21, 81, 141, 201]);
      expect(at.slice(4).every((minute, i) => minute === 81 + 60 * i)).toBe(true);
      expect(at).toHaveLength(27);
      expect(at.at(-1)).toBe(1401); // the next one would be at 1461, and 24 hours are 1440
      expect(state).toBe("GIVEN_UP");
    },
  );

  it("is kept and not tried again where it was refused", () => {
    for (const outcome of ["REFUSED", "UNREADABLE"] as const)
      expect(stepAfter({ tries: 3, firstTriedAt: START }, outcome, START)).toEqual({
        ...{ state: "FAILED", nextAttemptAt: null },
        ...{ tries: 3, firstTriedAt: START },
      });
  });

  it("does not grow old while our credentials are refused", () => {
    const course = { tries: 2, firstTriedAt: START };
    const step = stepAfter(course, "CREDENTIALS_REFUSED", START.add({ hours: 100 }));
    expect(step).toMatchObject({ ...course, state: "PENDING" });
  });

  it("waits longer where the partner wishes so, and never shorter than the rule", () => {
    const course: Course = { tries: 0, firstTriedAt: null };
    const waits = (retryAfterMs: number) => {
      const { nextAttemptAt } = stepAfter(course, "BREAKDOWN", START, { retryAfterMs });
      return nextAttemptAt === null ? null : minutesSince(nextAttemptAt);
    };
    expect([waits(1_000), waits(600_000)]).toEqual([1, 10]);
  });

  it("is measured from when its first try began: a partner that takes 30 s to say nothing gets no longer day", () => {
    const step = stepAfter({ tries: 0, firstTriedAt: null }, "NO_ANSWER", START.add({ seconds: 30 }), {
      startedAt: START,
    });
    expect(step.firstTriedAt).toEqual(START);
    expect(step.nextAttemptAt).toEqual(START.add({ seconds: 90 }));
  });
});

const lineOf = (outcomes: readonly AttemptOutcome[], status: number | null, line: Line = OPEN_LINE, at = START) =>
  outcomes.reduce((now, outcome) => lineAfter(now, outcome, at, status), line);

/** Minutes at which a partner that stays as it is is looked at. */
function looks(outcome: AttemptOutcome, status: number | null, count: number): number[] {
  let line = lineOf([outcome, outcome, outcome, outcome, outcome], status);
  const at: number[] = [];
  while (at.length < count) {
    if (line.heldUntil === null) throw new Error("it is held");
    at.push(minutesSince(line.heldUntil));
    line = lineAfter(line, outcome, line.heldUntil, status);
  }
  return at;
}

describe("the line to a partner", () => {
  it("is held after five failures in a row, not before, and opened by any answer of its business", () => {
    expect(lineOf(Array(4).fill("NO_ANSWER"), null)).toMatchObject({ failures: 4, held: null });
    const held = lineOf(Array(5).fill("NO_ANSWER"), null);
    expect(held).toMatchObject({ failures: 5, held: "DOWN", heldTries: 1, heldSince: START });
    expect(isHeld(held, START)).toBe(true);
    for (const outcome of ["DELIVERED", "REFUSED", "UNREADABLE"] as const)
      expect(lineAfter(held, outcome, START, 200)).toEqual(OPEN_LINE);
    expect(
      lineOf(["NO_ANSWER", "NO_ANSWER", "DELIVERED", "NO_ANSWER", "NO_ANSWER", "NO_ANSWER"], null).held,
    ).toBeNull();
  });

  it("is looked at in the pauses of the rule while nobody answers", () =>
    expect(looks("NO_ANSWER", null, 6)).toEqual([1, 6, 21, 81, 141, 201]));

  it("is looked at each minute while the partner answers with an error of its own", () =>
    expect(looks("BREAKDOWN", 500, 4)).toEqual([1, 2, 3, 4]));

  it("is held at once where credentials are refused, and looked at in the same pauses", () => {
    const held = lineAfter(OPEN_LINE, "CREDENTIALS_REFUSED", START, 401);
    expect(held).toMatchObject({ held: "REFUSES_CREDENTIALS", heldTries: 1, failures: 0 });
    expect(looks("CREDENTIALS_REFUSED", 401, 5)).toEqual([1, 6, 21, 81, 141]);
  });

  it("is not held longer by what was under way when it was held", () => {
    const held = lineOf(Array(5).fill("NO_ANSWER"), null);
    const more = lineOf(["NO_ANSWER", "NO_ANSWER", "NO_ANSWER"], null, held);
    expect(more).toMatchObject({ heldUntil: held.heldUntil, heldTries: 1, failures: 8 });
  });

  it("begins its pauses anew where it is held for another reason", () => {
    const down = lineOf(Array(5).fill("NO_ANSWER"), null);
    expect(lineAfter(down, "CREDENTIALS_REFUSED", START.add({ minutes: 1 }), 401)).toMatchObject({
      ...{ held: "REFUSES_CREDENTIALS", heldTries: 1, heldSince: START.add({ minutes: 1 }), failures: 0 },
    });
  });
});
