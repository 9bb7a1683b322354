import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import pg from "pg";

const ORDERS_PER_CALL = 50;
/** More of them only wait for each other's locks. */
const LANES = 4;

/** Makes the floor's schema anew, with its history. */
export async function loadFloor(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(await readFile(new URL("./floor-schema.sql", import.meta.url), "utf8"));
  await client.end();
}

/**
 * The batch floor: orders a second that `accept_orders()` takes, fifty a call and a commit, from four connections that
 * are there already. It is the least that must be written for a page of orders; nothing is fetched or mapped.
 */
export async function batchFloor(connectionString: string, orders: number): Promise<number> {
  const run = randomUUID();
  const clients = Array.from({ length: LANES }, () => new pg.Client({ connectionString }));
  await Promise.all(clients.map((client) => client.connect()));
  const calls = Math.ceil(orders / ORDERS_PER_CALL);
  let next = 0;
  const startMs = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let call = next++; call < calls; call = next++) await acceptOrders(client, run, call * ORDERS_PER_CALL);
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return (calls * ORDERS_PER_CALL) / seconds;
}

const text =
  "select bench.accept_orders(1, $1::text[], $2::int[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])";

async function acceptOrders(client: pg.Client, run: string, first: number): Promise<void> {
  const all = <T>(of: (n: number) => T) => Array.from({ length: ORDERS_PER_CALL }, (_, i) => of(first + i));
  const values = [
    all((n) => `${run}-${n}`),
    all((n) => 1 + ((n * 7919) % 5000)),
    all((n) => 5001 + ((n * 104_729) % 5000)),
    all(() => 49_900),
    ...["Asha Rao", "9800000000", "12 MG Road", "Bengaluru", "29", "560001"].map((word) => all(() => word)),
  ];
  await client.query({ name: "accept_orders", text, values });
}
