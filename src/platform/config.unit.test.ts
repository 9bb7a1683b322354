import { describe, expect, it } from "vitest";
import { ConfigFault, readConfig } from "./config.ts";

describe("the settings of the environment", () => {
  it("have a default for everything", () => {
    expect(readConfig({})).toMatchObject({
      ...{ databaseUrl: null, dataDir: "data", host: "127.0.0.1", port: 8080, publicUrl: null, alarmWebhook: null },
      ...{ trustedProxies: [], metricsToken: null, monitorPort: null, demoOrdersPerMinute: 6, logLevel: "info" },
    });
  });

  it("are read, the empty ones as left out", () => {
    const config = readConfig({
      ...{
        PORT: "0",
        DATABASE_URL: "",
        GODOWN_PUBLIC_URL: "https://godown.example/",
        GODOWN_ALLOW_PRIVATE_URLS: "yes",
      },
      ...{
        GODOWN_SOURCE_URLS:
          "BAZAAR=https://api.bazaar.example/v1/, OTHER=http://127.0.0.1:9,BAZAAR.login=https://id.bazaar.example",
        GODOWN_DEMO_RATE: "0",
      },
      GODOWN_TRUSTED_PROXIES: "10.0.0.0/8, ::1",
    });
    expect(config).toMatchObject({
      port: 0,
      databaseUrl: null,
      publicUrl: "https://godown.example",
      allowPrivateUrls: true,
    });
    expect([...config.sourceUrls]).toEqual([
      ["BAZAAR", "https://api.bazaar.example/v1"],
      ["OTHER", "http://127.0.0.1:9"],
      ["BAZAAR.login", "https://id.bazaar.example"],
    ]);
    expect(config.trustedProxies).toEqual(["10.0.0.0/8", "::1"]);
    expect(config.demoOrdersPerMinute).toBe(0);
  });

  it("are refused with the full list of faults", () => {
    const attempt = () =>
      readConfig({
        ...{ PORT: "eighty", DATABASE_URL: "mysql://x", GODOWN_SECRET_KEY: "short", LOG_LEVEL: "loud" },
        ...{ GODOWN_SOURCE_URLS: "nonsense", GODOWN_TRUSTED_PROXIES: "10.0.0.0/99" },
      });
    expect(attempt).toThrow(ConfigFault);
    for (const name of [
      "PORT",
      "DATABASE_URL",
      "GODOWN_SECRET_KEY",
      "LOG_LEVEL",
      "GODOWN_SOURCE_URLS",
      "GODOWN_TRUSTED_PROXIES",
    ])
      expect(attempt, name).toThrow(new RegExp(`- ${name}: `));
  });

  it("hold secrets that do not print", () => {
    const config = readConfig({ DATABASE_URL: "postgres://u:hunter2@db/godown", GODOWN_SECRET_KEY: "s".repeat(32) });
    expect(JSON.stringify(config)).not.toMatch(/hunter2|sss/);
    expect(config.databaseUrl?.reveal()).toContain("hunter2");
  });
});
