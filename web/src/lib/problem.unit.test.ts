import { describe, expect, it } from "vitest";
import { withQuery } from "./api.ts";
import { ApiError, noAnswer, readProblem, refusalWords, toProblem } from "./problem.ts";

describe("reading what the server refused", () => {
  it("takes every part the server gives", () => {
    const problem = readProblem(409, {
      error: {
        code: "SERIES_MISSING",
        message: "No invoice series for BLR1.",
        whatToDo: "Make one under Settings > Facilities & series.",
        record: { type: "facility", code: "BLR1" },
        facts: { facility: "BLR1" },
        requestId: "r-1",
        fields: [{ path: "prefix", message: "is missing" }, { path: 3 }],
      },
    });
    expect(problem).toMatchObject({
      code: "SERIES_MISSING",
      record: { type: "facility", code: "BLR1" },
      requestId: "r-1",
    });
    expect(problem.fields).toEqual([{ path: "prefix", message: "is missing" }]);
  });
  it("makes a sentence of an answer that is not ours", () => {
    expect(readProblem(502, "<html>Bad gateway</html>")).toMatchObject({
      code: "HTTP_502",
      message: "The server answered 502 without saying why.",
    });
    expect(readProblem(500, { error: null }).whatToDo).toContain("Try again");
  });
  it("never claims that a write without an answer was or was not done", () => {
    expect(noAnswer("POST").message).toContain("not known");
    expect(noAnswer("GET").message).not.toContain("not known");
  });
  it("keeps the server's words, and says when the page itself is at fault", () => {
    expect(toProblem(new ApiError(409, { code: "X", message: "Said by the server." })).message).toBe(
      "Said by the server.",
    );
    expect(toProblem(new TypeError("x is undefined")).code).toBe("PAGE_FAULT");
  });
});

it("leaves empty filters out of an address and escapes the rest", () => {
  expect(withQuery("/api/v1/orders", { q: "a&b", state: "", page: undefined, held: false, limit: 50 })).toBe(
    "/api/v1/orders?q=a%26b&held=false&limit=50",
  );
  expect(withQuery("/api/v1/orders")).toBe("/api/v1/orders");
});

it("says a refusal in one paragraph: the record, why, what to do, and what its person loses", () => {
  const settled = { code: "EXCEPTION_SETTLED", message: "It was settled before.", whatToDo: "Look at the order." };
  const record = { type: "order", code: "JM-1" };
  expect(refusalWords(new ApiError(409, { ...settled, record }), "Your note was not kept: “asked twice”")).toBe(
    "order JM-1: It was settled before. Look at the order. Your note was not kept: “asked twice”",
  );
  expect(refusalWords(new ApiError(409, settled), null)).toBe("It was settled before. Look at the order.");
});
