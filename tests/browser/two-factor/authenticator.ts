import { createHmac } from "node:crypto";

const STEP_MS = 30_000;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Somebody's authenticator: RFC 6238 with SHA-1, six digits and thirty seconds. */
export class Authenticator {
  /** The code that it gave last. */
  given = "";
  private used = 0;

  constructor(private readonly secret: string) {}

  /** A code that it has not given yet: of now, else of the step after it, which the server takes as well. */
  code(): string {
    this.used = Math.max(step(), this.used + 1);
    if (this.used > step() + 1) throw new Error("a third code within half a minute: the server would not take it yet");
    this.given = this.at(this.used);
    return this.given;
  }

  /** Six digits that the server does not take, now or while it is asked. */
  wrong(): string {
    const near = [-1, 0, 1, 2].map((away) => this.at(step() + away));
    return ["000000", "111111", "222222", "333333", "444444"].find((code) => !near.includes(code)) ?? "";
  }

  private at(step: number): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac("sha1", bytesOf(this.secret)).update(counter).digest();
    // RFC 4226 section 5.3.
    const offset = (mac[19] ?? 0) & 15;
    return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
  }
}

function step(): number {
  return Math.floor(Date.now() / STEP_MS);
}

/** Base32 without padding (RFC 4648 section 6). */
function bytesOf(text: string): Buffer {
  const bits = [...text].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
