import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Auditor } from "./auditor.ts";

/** A partner's server that can go away (nobody listens any more) and come back at the same address. */
export class PartnerThere {
  readonly #auditor: Auditor;
  readonly #waiting = new Map<string, (answeredMs: number) => void>();
  #server: Server;
  #port = 0;
  #listens = false;

  private constructor(auditor: Auditor) {
    this.#auditor = auditor;
    this.#server = this.#make();
  }

  static async start(auditor: Auditor): Promise<PartnerThere> {
    const there = new PartnerThere(auditor);
    await there.comeBack();
    return there;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** When this subject was answered, by `performance.now()`. */
  waitFor(subject: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(subject, resolve));
  }

  async comeBack(): Promise<void> {
    this.#server = this.#make();
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port; // a server that listens on a port has an address of this kind
    this.#listens = true;
  }

  async goAway(): Promise<void> {
    if (!this.#listens) return;
    this.#listens = false;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #make(): Server {
    return createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const answer = (body: object) => {
          response.writeHead(200, { "content-type": "application/json" });
          response.end(JSON.stringify(body));
        };
        if (request.url === "/oauth/token") return answer({ status: "SUCCESS", access_token: "token-of-seller-142" });
        const { lane, subject } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
          lane: string;
          subject: string;
        };
        const key = request.headers["idempotency-key"];
        this.#auditor.heard({ lane, subject, event: (request.url ?? "").slice(1) }, typeof key === "string" ? key : "");
        answer({ status: "Success", message: "taken" });
        this.#waiting.get(subject)?.(performance.now());
        this.#waiting.delete(subject);
      });
    });
  }
}
