import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_MS = 20_000;
const STOP_MS = 12_000;

/** A running `trackhold` with a data directory of its own, on a free loopback port. */
export class Server {
  private constructor(
    /** `http://localhost:PORT`, which is its public URL as well. */
    readonly url: string,
    readonly data: string,
    private child: ChildProcess,
    private output: string,
  ) {}

  /** Starts the binary that `TRACKHOLD_BIN` names, and answers once it serves. */
  static async start(environment: Record<string, string> = {}): Promise<Server> {
    const port = await freePort();
    const data = await mkdtemp(join(tmpdir(), "trackhold-browser-"));
    const server = new Server(`http://localhost:${port}`, data, launch(data, port, environment), "");
    try {
      await server.ready();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** The one-time link of the first run, as the terminal shows it. */
  async firstRunLink(): Promise<string> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      const links = this.output.match(/https?:\/\/[^\s"'<>\x1b]+/g) ?? [];
      const link = links.find((found) => new URL(found).pathname !== "/");
      if (link !== undefined) return link;
      if (Date.now() > deadline) throw new Error(`no first-run link in:\n${this.output}`);
      await pause(50);
    }
  }

  /** All that it has written to its terminal so far. */
  terminal(): string {
    return this.output;
  }

  /** As a power cut: no goodbye. */
  async kill(): Promise<void> {
    await end(this.child, "SIGKILL");
  }

  /** Starts it again, after `kill`, on the same port and data. */
  async restart(environment: Record<string, string> = {}): Promise<void> {
    await end(this.child, "SIGTERM");
    this.child = launch(this.data, Number(new URL(this.url).port), environment);
    this.output = "";
    await this.ready();
  }

  async stop(): Promise<void> {
    await end(this.child, "SIGTERM");
    await rm(this.data, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    const child = this.child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    }
    const deadline = Date.now() + START_MS;
    while (Date.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`trackhold ended with ${child.exitCode ?? child.signalCode}:\n${this.output}`);
      }
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok) return;
      await pause(25);
    }
    await end(child, "SIGKILL");
    throw new Error(`trackhold did not get ready:\n${this.output}`);
  }
}

function launch(data: string, port: number, environment: Record<string, string>): ChildProcess {
  const binary = process.env.TRACKHOLD_BIN;
  if (!binary) throw new Error("TRACKHOLD_BIN must name the trackhold binary");
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TRACKHOLD_")));
  return spawn(binary, ["serve", "--data", data, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...inherited, TRACKHOLD_RATE_PER_MINUTE: "1000000", NO_COLOR: "1", ...environment },
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(late);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  probe.close();
  await once(probe, "close");
  return address.port;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
