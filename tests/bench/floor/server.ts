import { createServer } from "node:http";
import pg from "pg";

/**
 * The bare HTTP floor: node:http and pg, one `accept_order()` for each POST /orders, a pool of 16. The least that an
 * order system must write, measured beside ours by the same load. Prints "ready" when it listens.
 */
interface FloorOrder {
  readonly channel: number;
  readonly ext: string;
  readonly items: readonly [{ readonly sku: number }, { readonly sku: number }];
  readonly price: number;
  readonly address: {
    readonly name: string;
    readonly phone: string;
    readonly line1: string;
    readonly city: string;
    readonly state: string;
    readonly pincode: string;
  };
}

const [connectionString = "", port = "3200"] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: 16 });
const text =
  "SELECT bench.accept_order($1::int,$2::text,$3::int,$4::int,$5::bigint,$6::text,$7::text,$8::text,$9::text,$10::text::char(2),$11::text::char(6)) AS id";

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    accept(JSON.parse(Buffer.concat(parts).toString()) as FloorOrder).then(
      (id) => {
        const body = JSON.stringify({ id });
        response.writeHead(201, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
        response.end(body);
      },
      (error: unknown) => {
        response.writeHead(500);
        response.end(String(error));
      },
    );
  });
}).listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));

async function accept(o: FloorOrder): Promise<unknown> {
  const { address: a } = o;
  const values = [
    o.channel,
    o.ext,
    o.items[0].sku,
    o.items[1].sku,
    o.price,
    a.name,
    a.phone,
    a.line1,
    a.city,
    a.state,
    a.pincode,
  ];
  const result = await pool.query<{ id: number }>({ name: "accept", text, values });
  return result.rows[0]?.id;
}
