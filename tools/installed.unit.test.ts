import { describe, expect, it } from "vitest";
import { isInstalled } from "./installed.ts";

const lock = (packages: Record<string, { version: string; optional?: boolean }>) =>
  JSON.stringify({ packages: { "": { name: "godown" }, ...packages } });

describe("whether the libraries are installed", () => {
  const wanted = lock({
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b-win": { version: "2.0.0", optional: true },
  });

  it("is so when every package is there in its version, other platforms' aside", () => {
    expect(isInstalled(wanted, lock({ "node_modules/a": { version: "1.0.0" } }))).toBe(true);
    expect(isInstalled(wanted, wanted)).toBe(true);
  });

  it("is not so when one is missing, of another version, or left from before", () => {
    expect(isInstalled(wanted, lock({}))).toBe(false);
    expect(isInstalled(wanted, lock({ "node_modules/a": { version: "1.0.1" } }))).toBe(false);
    expect(
      isInstalled(wanted, lock({ "node_modules/a": { version: "1.0.0" }, "node_modules/old": { version: "1.0.0" } })),
    ).toBe(false);
  });

  it("is not so when an optional package has another version", () => {
    const installed = lock({
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b-win": { version: "1.0.0", optional: true },
    });
    expect(isInstalled(wanted, installed)).toBe(false);
  });
});
