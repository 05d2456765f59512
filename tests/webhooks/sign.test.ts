import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { signedHeaders } from "@/lib/webhooks/sign";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

describe("signedHeaders", () => {
  test("are those of the published test vector", () => {
    const message = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: '{"test": 2432232314}' };
    expect(signedHeaders(message, [SECRET], 1_614_265_330_999)).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  test("are believed by whoever knows one of the secrets, and by nobody else", () => {
    const other = `whsec_${Buffer.from("another secret of 32 bytes, yes!").toString("base64")}`;
    const stranger = `whsec_${Buffer.from("a stranger's secret").toString("base64")}`;
    const message = { id: "dlv_1", body: '{"type":"job.completed"}' };
    const headers = signedHeaders(message, [other, SECRET], Date.now());
    for (const secret of [other, SECRET]) {
      expect(new Webhook(secret).verify(message.body, headers)).toEqual({ type: "job.completed" });
    }
    expect(() => new Webhook(stranger).verify(message.body, headers)).toThrow("No matching signature");
    expect(() => new Webhook(SECRET).verify(`${message.body} `, headers)).toThrow("No matching signature");
    expect(() => new Webhook(SECRET).verify(message.body, { ...headers, "webhook-id": "dlv_2" })).toThrow();
  });
});
