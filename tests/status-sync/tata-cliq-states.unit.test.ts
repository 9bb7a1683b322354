import { expect, it } from "vitest";
import { GST_STATES } from "../../connectors/kit/gst-states.ts";
import { stateCodeOf, stateNamed } from "../../connectors/tata-cliq/map/texts.ts";
import { STATES, stateByName } from "../../src/warehouse/states.ts";

it("names the state of each code of GST's as orders here know it", () => {
  expect([...GST_STATES.keys()].toSorted()).toEqual(STATES.map(({ code }) => code));
  for (const { code } of STATES) {
    const [name, today] = [stateNamed(`${code} `), stateByName(code)];
    expect(stateByName(name)?.code, code).toBe(today?.code);
    expect(stateCodeOf(name), name).toBe(today?.code);
  }
});
