import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { createDatabase } from "../support/database.ts";
import { type GodownProcess, startGodown } from "../support/process.ts";
import { waitFor } from "../support/wait.ts";

describe("several processes on one database", () => {
  const running: GodownProcess[] = [];
  let drop: () => Promise<void> = async () => undefined;
  let client: pg.Client | undefined;
  afterEach(async () => {
    await Promise.all(running.splice(0).map((p) => p.kill()));
    await client?.end();
    await drop();
  });

  async function database(): Promise<string> {
    const made = await createDatabase({ migrated: false });
    drop = made.drop;
    client = new pg.Client({ connectionString: made.connectionString });
    await client.connect();
    return made.connectionString;
  }
  async function start(command: "web" | "worker" | "serve", databaseUrl: string): Promise<GodownProcess> {
    const started = await startGodown(command, { databaseUrl });
    running.push(started);
    return started;
  }

  it("migrate it together: two web and two worker processes start at once on an empty one", async () => {
    const url = await database();
    await Promise.all([start("web", url), start("web", url), start("worker", url), start("worker", url)]);
    expect(running.filter((p) => p.output().includes("was brought to this version"))).toHaveLength(1);
  });

  it("take over the jobs of a worker that was killed with SIGKILL", async () => {
    const url = await database();
    const first = await start("worker", url);
    // A job that waits inside the first worker: the alarm checks cannot read the tenants while this lock stands.
    await client?.query("begin; lock table godown.tenant in access exclusive mode");
    const queue = new pg.Client({ connectionString: url });
    await queue.connect();
    const job = async () => {
      const { rows } = await queue.query<{ locked_by: string | null }>(
        "select j.locked_by from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'platform.alarms' and j.key is null",
      );
      return rows[0];
    };
    await queue.query("select graphile_worker.add_job('platform.alarms', '{}', max_attempts := 1)");
    await waitFor("the first worker to take the job", async () => (await job())?.locked_by !== null);
    await first.kill();
    await client?.query("rollback");
    expect((await job())?.locked_by).toBeTypeOf("string");
    const second = await start("worker", url);
    await waitFor("the second worker to finish it", async () => (await job()) === undefined);
    expect(second.output()).toContain("a worker died; the jobs that it was at are handed out again");
    await queue.end();
  });
});
