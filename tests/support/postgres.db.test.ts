import { Client } from "pg";
import { describe, expect, inject, it } from "vitest";

describe("the server that a test run shares", () => {
  it("is reached by the connection string that the run provides", async () => {
    const client = new Client({ connectionString: inject("adminConnectionString") });
    await client.connect();
    try {
      const { rows } = await client.query(
        "select current_database() as name, current_setting('is_superuser') as super",
      );
      expect(rows).toEqual([{ name: "godown", super: "on" }]);
    } finally {
      await client.end();
    }
  });
});
