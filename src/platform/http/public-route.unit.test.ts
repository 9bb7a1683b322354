import { describe, expect, it } from "vitest";
import { isFromAnotherSite } from "./public-route.ts";

const ours = "https://godown.example";
const host = "godown.example";

describe("a call that changes something without a session", () => {
  it.each([
    ["says it comes from our own page", { "sec-fetch-site": "same-origin", host }, false],
    ["was typed by a person", { "sec-fetch-site": "none", host }, false],
    ["comes from another site", { "sec-fetch-site": "cross-site", host }, true],
    ["comes from a sibling of our domain", { "sec-fetch-site": "same-site", origin: ours, host }, true],
    ["has our origin", { origin: ours, host: "127.0.0.1:8080" }, false],
    ["has the origin it was sent to", { origin: "http://192.168.1.7:8080", host: "192.168.1.7:8080" }, false],
    ["has another origin", { origin: "https://evil.example", host }, true],
    ["has our host on another port", { origin: "https://godown.example:444", host }, true],
    ["hides its origin", { origin: "null", host }, true],
    ["has an origin that is none", { origin: "godown", host }, true],
    ["is not from a browser", { host }, false],
  ])("%s", (_, headers, elsewhere) => {
    expect(isFromAnotherSite(headers, ours)).toBe(elsewhere);
  });
});
