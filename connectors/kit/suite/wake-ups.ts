/** Pushes that say no more than "look": proved to come from the marketplace, and known again. */
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { assert } from "../../../src/kernel/index.ts";
import { isOwn, type WakeUp } from "../index.ts";
import type { CaughtPush } from "./options.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import type { World } from "./world.ts";

/** Who forges a push knows neither secret nor key. */
const FORGERIES: Readonly<Record<string, (push: CaughtPush) => CaughtPush>> = {
  "with another body": (push) => ({ ...push, bytes: Buffer.from(push.bytes.toString("utf8").replace(/\d/, "x")) }),
  "without its headers": (push) => ({ ...push, headers: {} }),
};

export function wakeUpScenarios(world: World): void {
  const { scenario, sim, connector, options, order } = world;
  const wakeUp = options.wakeUp ?? {};
  let target: Receiver | undefined;
  beforeAll(async () => {
    target = await startReceiver(wakeUp.path);
  });
  beforeEach(() => {
    target?.caught.splice(0);
    sim().setTarget(target === undefined ? null : { url: target.url, headers: {} });
  });
  afterAll(() => target?.close());
  const read = (push: CaughtPush, fields = world.fields): WakeUp => {
    assert(connector.readWakeUp !== undefined, "a source with wake-ups reads them");
    return connector.readWakeUp({
      ...push,
      fields,
      now: world.now(),
      isOwn: (address) => isOwn({ baseUrl: sim().url }, address),
    });
  };
  const caught = (): CaughtPush => {
    const last = target?.caught.at(-1);
    assert(last !== undefined, "a push came");
    return last;
  };
  scenario("wakeUps", "a push of a new order is proved, and says where to look", async () => {
    const { id } = await order({ push: true });
    const woken = read(caught());
    assert(woken.kind === "LOOK", `it is a reason to look: ${JSON.stringify(woken)}`);
    expect(woken.key).toMatch(/\S/);
    expect([[], [id]]).toContainEqual(woken.channelOrderIds);
  });
  scenario("wakeUps", "the same push again has the same key, another has another", async () => {
    await order({ push: true });
    const first = caught();
    await order({ push: true });
    const [one, again, other] = [read(first), read(first), read(caught())];
    expect(again).toEqual(one);
    for (const woken of [one, other]) expect(woken.kind).toBe("LOOK");
    expect("key" in one && "key" in other && one.key !== other.key).toBe(true);
  });
  for (const [how, forge] of Object.entries(wakeUp.forgeries ?? FORGERIES))
    scenario("wakeUps", `a push ${how} is refused`, async () => {
      await order({ push: true });
      expect(read(forge(caught()))).toMatchObject({ kind: "REFUSED", words: expect.stringMatching(/\S/) });
    });
  scenario("wakeUps", "a stranger's bytes are no reason to look", async () => {
    const url = `${target?.url}`;
    for (const bytes of [Buffer.alloc(0), Buffer.from("{half"), Buffer.from("[]"), Buffer.from([0, 255, 1])])
      expect(read({ url, bytes, headers: {} })).toMatchObject({ kind: "REFUSED", words: expect.stringMatching(/\S/) });
  });
  const { confirm } = wakeUp;
  if (confirm)
    scenario("wakeUps", "asks for an address to be opened once, and no forged one", async () => {
      await world.control(confirm.path, confirm.body);
      const asked = read(caught());
      assert(asked.kind === "CONFIRM", `it wants a confirmation: ${JSON.stringify(asked)}`);
      expect((await fetch(asked.url)).ok).toBe(true);
    });
}
