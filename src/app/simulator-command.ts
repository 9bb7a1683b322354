import { ajioDropshipSimulator } from "../../connectors/ajio-dropship/simulator/index.ts";
import { amazonSimulator } from "../../connectors/amazon/simulator/index.ts";
import { bazaarStreetSimulator } from "../../connectors/bazaar-street/simulator/index.ts";
import { flipkartSimulator } from "../../connectors/flipkart/simulator/index.ts";
import { jupiterMoneySimulator } from "../../connectors/jupiter-money/simulator/index.ts";
import { marketplaceSimulator } from "../../connectors/marketplace/simulator/index.ts";
import { nicSimulator } from "../../connectors/nic/simulator/index.ts";
import { okerSimulator } from "../../connectors/oker/simulator/index.ts";
import { partnerSimulator } from "../../connectors/partner/simulator/index.ts";
import { paytmSimulator } from "../../connectors/paytm/simulator/index.ts";
import { shopcluesSimulator } from "../../connectors/shopclues/simulator/index.ts";
import { snapdealSimulator } from "../../connectors/snapdeal/simulator/index.ts";
import { tataCliqSimulator } from "../../connectors/tata-cliq/simulator/index.ts";
import { voonikSimulator } from "../../connectors/voonik/simulator/index.ts";
import { wooplrSimulator } from "../../connectors/wooplr/simulator/index.ts";
import { hawkSimulator, parcelPoolSimulator } from "../../couriers/protocol/simulator/index.ts";
import { createLog } from "../platform/log.ts";
import { untilStopped } from "./stop.ts";

/** A simulator of a marketplace, a portal or a partner, as far as starting it alone needs. */
interface Simulator {
  readonly source: string;
  readonly label: string;
  readonly start: (options: {
    readonly port: number;
  }) => Promise<{ readonly url: string; readonly close: () => Promise<void> }>;
}

/** Every simulator that this version carries. */
const simulators: readonly Simulator[] = [
  jupiterMoneySimulator,
  ajioDropshipSimulator,
  okerSimulator,
  flipkartSimulator,
  amazonSimulator,
  snapdealSimulator,
  tataCliqSimulator,
  marketplaceSimulator,
  paytmSimulator,
  shopcluesSimulator,
  voonikSimulator,
  wooplrSimulator,
  bazaarStreetSimulator,
  nicSimulator,
  partnerSimulator,
  hawkSimulator,
  parcelPoolSimulator,
];

/** `./godown simulator SOURCE [PORT]`: one simulated marketplace, portal or partner alone, until a signal stops it. @returns the exit code */
export function simulatorCommand([source = "", port = "0"]: readonly string[]): Promise<number> {
  const factory = simulators.find((s) => s.source === source.toUpperCase().replaceAll("-", "_"));
  if (!factory || !/^\d{1,5}$/.test(port)) {
    const known = simulators.map((s) => s.source).join(", ");
    process.stderr.write(`Usage: ./godown simulator SOURCE [PORT]. Sources with a simulator: ${known}.\n`);
    return Promise.resolve(2);
  }
  return untilStopped(createLog({ level: "warn", name: "simulator" }), async () => {
    const running = await factory.start({ port: Number(port) });
    process.stdout.write(
      `${factory.label}'s simulator listens at ${running.url}\nIts page and its state: ${running.url}/ and ${running.url}/_sim/state\n`,
    );
    return { stop: () => running.close() };
  });
}
