/** Access that a seller gives on the source's own page. */
import { expect } from "vitest";
import { assert } from "../../../src/kernel/index.ts";
import type { ConsentDeclaration } from "../index.ts";
import { must, type World } from "./world.ts";

const REDIRECT_URI = "https://godown.example/consent";
const STATE = "a-state-that-nobody-guesses";
const STEPS_MAX = 5;

export function consentScenarios(world: World): void {
  const { scenario, rig, sim, connector, options } = world;
  const declared = (): ConsentDeclaration => {
    assert(connector.consent !== undefined, "a source that redeems a consent says where it is given");
    return connector.consent;
  };
  /** Fields before access was given. */
  const before = () => {
    const given = new Set(declared().gives);
    return Object.fromEntries(Object.entries(world.fields).filter(([name]) => !given.has(name)));
  };
  const address = (origin: string | null) =>
    declared().url({ fields: before(), state: STATE, redirectUri: REDIRECT_URI, origin });
  const blank = () => Object.fromEntries(declared().gives.map((name) => [name, ""]));
  const redeem = async (parameters: Readonly<Record<string, string>>) => {
    const channel = rig({ fields: blank() });
    const outcome = await channel.run("redeemConsent", { parameters, redirectUri: REDIRECT_URI });
    return { channel, outcome };
  };

  scenario("redeemConsent", "the browser goes to the source's own page, with the way back", async () => {
    const url = new URL(address(null));
    expect(url.protocol).toBe("https:");
    expect(decodeURIComponent(url.search)).toContain(STATE);
    expect(new URL(address(sim().url)).origin).toBe(new URL(sim().url).origin);
  });
  scenario("redeemConsent", "what comes back becomes credentials that work, and the log has no secret", async () => {
    const parameters = await agree(address(sim().url));
    expect(parameters.state).toBe(STATE);
    const { channel, outcome } = await redeem(parameters);
    const given = await must("the consent", Promise.resolve(outcome));
    expect(Object.keys(given).sort()).toEqual([...declared().gives].sort());
    for (const value of Object.values(given)) expect(value).toMatch(/\S/);
    expect((await rig({ fields: given }).run("verify", () => undefined)).ok).toBe(true);
    const log = JSON.stringify(channel.exchanges);
    const secrets = [
      ...Object.values(given),
      ...Object.entries(parameters).flatMap(([k, v]) => (k === "state" ? [] : [v])),
    ];
    for (const secret of secrets.filter((value) => value.length >= 8)) expect(log).not.toContain(secret);
  });
  if (!options.consent?.givesToken)
    scenario("redeemConsent", "a code that was used, and one that nobody gave, are refused", async () => {
      const parameters = await agree(address(sim().url));
      expect((await redeem(parameters)).outcome.ok).toBe(true);
      const spoilt = Object.fromEntries(Object.entries(parameters).map(([k, v]) => [k, k === "state" ? v : `no-${v}`]));
      for (const wrong of [parameters, spoilt]) {
        const { outcome } = await redeem(wrong);
        assert(!outcome.ok, "it is refused");
        expect(["auth", "refused"]).toContain(outcome.failure.kind);
        expect(outcome.failure.channelMessage).toMatch(/\S/);
      }
    });
  scenario("redeemConsent", "access that was not given asks nobody", async () => {
    const { channel, outcome } = await redeem({ error: "access_denied", state: STATE });
    assert(!outcome.ok, "there is nothing to redeem");
    expect(outcome.failure).toMatchObject({ kind: "refused", channelMessage: expect.stringMatching(/\S/) });
    expect(channel.exchanges).toEqual([]);
  });
}

/** Does what a person does who agrees: follows the page's first link or presses its first button, until it sends him back. */
async function agree(start: string): Promise<Record<string, string>> {
  let request = new Request(start, { redirect: "manual" });
  for (let step = 0; step < STEPS_MAX; step++) {
    const here = request.url;
    const answer = await fetch(request);
    const to = answer.headers.get("location");
    if (to !== null) {
      const url = new URL(to, here);
      if (url.href.startsWith(REDIRECT_URI)) return Object.fromEntries(url.searchParams);
      request = new Request(url, { redirect: "manual" });
      continue;
    }
    const page = await answer.text();
    assert(answer.ok, `the page is there: ${answer.status} ${page.slice(0, 300)}`);
    request = nextRequest(page, here);
  }
  throw new Error(`the page sends the browser back within ${STEPS_MAX} steps`);
}

function nextRequest(page: string, here: string): Request {
  const link = /<a\s[^>]*href="([^"]*)"/i.exec(page)?.[1];
  if (link !== undefined) return new Request(new URL(plain(link), here), { redirect: "manual" });
  const form = /<form\b[\s\S]*?<\/form>/i.exec(page)?.[0];
  assert(form !== undefined, `the page has a link or a form: ${page.slice(0, 300)}`);
  const attribute = (text: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`, "i").exec(text)?.[1];
  const values = [...form.matchAll(/<(?:input|button)\b[^>]*>/gi)].flatMap(([field]) => {
    const name = attribute(field, "name");
    return name === undefined ? [] : [[name, plain(attribute(field, "value") ?? "")] as const];
  });
  // Of two buttons of one name the first is pressed.
  const pressed = new Map(values.toReversed());
  const target = new URL(plain(attribute(form, "action") ?? here), here);
  if (attribute(form, "method")?.toLowerCase() === "post")
    return new Request(target, { method: "POST", redirect: "manual", body: new URLSearchParams([...pressed]) });
  for (const [name, value] of pressed) target.searchParams.set(name, value);
  return new Request(target, { redirect: "manual" });
}

function plain(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
