/** Started by the supervisor's tests as another process of ours: serves until SIGTERM, then stops cleanly; SIGUSR2 ends it carelessly. */
import { z } from "zod";
import { PostgresRefusal } from "../refusal.ts";
import { startPostgres } from "../supervisor.ts";

const options = z
  .object({
    dataDir: z.string(),
    durable: z.boolean(),
    port: z.number().optional(),
    nativeDir: z.string().optional(),
    systemPlace: z.string().optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? "{}"));
const defined = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

try {
  const quiet = (): void => undefined;
  const server = await startPostgres({ ...defined, dataDir: options.dataDir, log: { info: quiet, warn: quiet } });
  const alive = setInterval(() => undefined, 60_000);
  // The test that started us was killed: nobody else would end us.
  process.stdin.resume().once("end", () => process.exit(1));
  process.once("SIGUSR2", () => process.exit(0));
  process.once("SIGTERM", async () => {
    await server.stop();
    clearInterval(alive);
    process.stdin.destroy();
  });
  // Last: whoever reads it may end us at once.
  console.log(
    "serving",
    JSON.stringify({ pid: server.pid(), port: server.port, adopted: server.adopted, owned: server.owned() }),
  );
} catch (error) {
  if (!(error instanceof PostgresRefusal)) throw error;
  console.log("refused", error.code, error.message);
}
