import { describe, expect, it, vi } from "vitest";
import { JobTurns } from "./job-turns.ts";

const NOTHING = { rows: [] };
const JOB = { rows: [{ id: 1 }] };

/** Looks that end when a test says so. */
function looks() {
  const begun: string[] = [];
  const open: PromiseWithResolvers<{ rows: unknown[] }>[] = [];
  const look = (name: string) => () => {
    begun.push(name);
    const answer = Promise.withResolvers<{ rows: unknown[] }>();
    open.push(answer);
    return answer.promise;
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (answer: { rows: unknown[] } | Error) => {
    const first = open.shift();
    if (answer instanceof Error) first?.reject(answer);
    else first?.resolve(answer);
    await settled();
  };
  return { begun, look, end };
}

describe("places that look for jobs", () => {
  it("look one after the other, of all shares", async () => {
    const { begun, look, end } = looks();
    const turns = new JobTurns();
    const answers = [turns.take("here", look("a")), turns.take("outside", look("b")), turns.take("here", look("c"))];
    expect(begun).toEqual(["a"]);
    await end(JOB);
    expect(begun).toEqual(["a", "b"]);
    await end(JOB);
    await end(JOB);
    expect(begun).toEqual(["a", "b", "c"]);
    expect(await Promise.all(answers)).toEqual([JOB, JOB, JOB]);
  });

  it("are told what one found that began after them: nothing", async () => {
    const { begun, look, end } = looks();
    const turns = new JobTurns();
    const wanted = ["here", "here", "outside", "here", "outside"];
    const answers = wanted.map((share, n) => turns.take(share, look(`${share} ${n}`)));
    await end(JOB);
    await end(NOTHING);
    expect(begun, "another share looks for other jobs").toEqual(["here 0", "here 1", "outside 2"]);
    await end(NOTHING);
    expect(begun).toHaveLength(3);
    expect(await Promise.all(answers)).toEqual([JOB, NOTHING, NOTHING, NOTHING, NOTHING]);
  });

  it("look themselves where they came while one was looking: a job may have come as well", async () => {
    const { begun, look, end } = looks();
    const turns = new JobTurns();
    const first = turns.take("here", look("a"));
    await Promise.resolve();
    const second = turns.take("here", look("b"));
    await end(NOTHING);
    expect(begun).toEqual(["a", "b"]);
    await end(JOB);
    expect([await first, await second]).toEqual([NOTHING, JOB]);
    const third = turns.take("here", look("c"));
    expect(begun).toEqual(["a", "b", "c"]);
    await end(NOTHING);
    expect(await third).toBe(NOTHING);
  });

  it("are not held up by one whose look failed", async () => {
    const { begun, look, end } = looks();
    const turns = new JobTurns();
    const failed = turns.take("here", look("a")).catch((error: unknown) => String(error));
    const next = turns.take("here", look("b"));
    await end(new Error("the server went away"));
    expect(begun).toEqual(["a", "b"]);
    await end(JOB);
    expect([await failed, await next]).toEqual(["Error: the server went away", JOB]);
  });

  it("do not wait for ever for one whose answer never comes; it still gets its own when it does", async () => {
    const { begun, look, end } = looks();
    const turns = new JobTurns(10);
    const stuck = turns.take("here", look("a"));
    const next = turns.take("here", look("b"));
    await vi.waitFor(() => expect(begun).toEqual(["a", "b"]));
    await end(JOB);
    await end(NOTHING);
    expect([await stuck, await next]).toEqual([JOB, NOTHING]);
  });
});
