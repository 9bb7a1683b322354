import { describe, expect, it } from "vitest";
import { STILL_AT_WORK, waitAtMost } from "./wait-at-most.ts";

const never = (error: unknown) => {
  throw new Error("nobody was to be told", { cause: error });
};

describe("waiting at most so long", () => {
  it("gives what comes in time, and throws what is thrown in time", async () => {
    expect(await waitAtMost(Promise.resolve("done"), 60_000, never)).toBe("done");
    await expect(waitAtMost(Promise.reject(new Error("broken")), 60_000, never)).rejects.toThrow("broken");
  });

  it("does not give up what takes longer, and tells its failure to who listens", async () => {
    const work = Promise.withResolvers<string>();
    const told = Promise.withResolvers<unknown>();
    expect(await waitAtMost(work.promise, 1, told.resolve)).toBe(STILL_AT_WORK);
    work.reject(new Error("broken later"));
    expect(await told.promise).toMatchObject({ message: "broken later" });
  });
});
