import { afterEach, describe, expect, it, vi } from "vitest";
import { simulatorCommand } from "./simulator-command.ts";
import { connectors } from "./sources.ts";

afterEach(() => vi.restoreAllMocks());

describe("the simulators that this version carries", () => {
  it("are at least those of the sources that a channel is connected to: a demo and a try need no account", async () => {
    const said: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((line) => said.push(String(line)) > 0);
    expect(await simulatorCommand(["NO_SUCH_SOURCE"])).toBe(2);
    const known = new Set(/with a simulator: (.*)\./.exec(said.join(""))?.[1]?.split(", "));
    const connected = connectors.filter(({ fields }) => fields.length > 0).map(({ id }) => id);
    expect(connected.filter((id) => !known.has(id))).toEqual([]);
    expect(connected.length).toBeGreaterThan(0);
  });
});
