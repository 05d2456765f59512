import { errors, jwtVerify, SignJWT } from "jose";
import type { Clock } from "@/lib/clock";

export interface Claims {
  readonly owner: string;
  readonly id: string;
}

interface TokenDeps {
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly lifeMs: number;
}

/** Signed statements about an owner that end after a time. */
export function createTokens({ key, clock, lifeMs }: TokenDeps) {
  return {
    sign({ owner, id }: Claims): Promise<string> {
      const now = Math.floor(clock() / 1_000);
      const token = new SignJWT().setProtectedHeader({ alg: "HS256" }).setSubject(owner).setJti(id);
      return token
        .setIssuedAt(now)
        .setExpirationTime(now + Math.floor(lifeMs / 1_000))
        .sign(key);
    },

    /** What a token says; null if it is not ours, was changed, or has ended. */
    async verify(token: string): Promise<Claims | null> {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ["HS256"],
          requiredClaims: ["sub", "jti", "exp"],
          currentDate: new Date(clock()),
        });
        return payload.sub && payload.jti ? { owner: payload.sub, id: payload.jti } : null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null; // a stranger's token is ordinary
        throw error;
      }
    },
  };
}
