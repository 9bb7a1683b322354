import { describe, expect, it } from "vitest";
import { checkPassword, hashPassword, verifyPassword } from "./password.ts";

const weak = (password: string, username = "meera@traders.example") => {
  const checked = checkPassword(password, username);
  return checked.ok ? "fine" : checked.refusal.facts.detail;
};

describe("a password", () => {
  it.each([
    ["short one", "it has 9 characters, 10 are needed"],
    ["aaaaaaaaaaaa", "it repeats a few characters"],
    ["Password123", "it is one of the first that are guessed"],
    ["Meera@Traders.example", "it is the user name"],
    ["Meera-202611", "it is the user name"],
    ["brown paper and twine", "fine"],
    ["दस अक्षर का पासवर्ड", "fine"],
  ])("%s: %s", (password, answer) => {
    expect(weak(password)).toBe(answer);
  });

  it("is stored as argon2id with its cost, and never the same twice", async () => {
    const [a, b] = [await hashPassword("brown paper and twine"), await hashPassword("brown paper and twine")];
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(a).not.toBe(b);
  });

  it("is verified in whatever Unicode form it is typed, and by nothing else", async () => {
    const stored = await hashPassword("café au lait 1");
    expect(await verifyPassword(stored, "cafe\u0301 au lait 1")).toBe(true);
    expect(await verifyPassword(stored, "cafe au lait 1")).toBe(false);
    expect(await verifyPassword(stored, "")).toBe(false);
    expect(await verifyPassword(stored, "x".repeat(201))).toBe(false);
  });

  it("is never right where there is none", async () => {
    expect(await verifyPassword(null, "")).toBe(false);
    expect(await verifyPassword(null, "brown paper and twine")).toBe(false);
  });
});
