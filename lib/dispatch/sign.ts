import { createHash } from "node:crypto";
import { SignJWT } from "jose";

interface Message {
  readonly key: string;
  readonly url: string;
  readonly body: string;
  readonly id: string;
  /** Epoch ms. */
  readonly now: number;
}

const VALID_S = 300;

/** Signs a message as QStash does, for the header `upstash-signature`. */
export function signMessage({ key, url, body, id, now }: Message): Promise<string> {
  const issuedAt = Math.floor(now / 1_000);
  const hash = `${createHash("sha256").update(body).digest("base64url")}=`; // QStash pads it
  return new SignJWT({ body: hash })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("Upstash")
    .setSubject(url)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + VALID_S)
    .setJti(id)
    .sign(new TextEncoder().encode(key));
}
