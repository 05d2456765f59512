import type { Ledger } from "@/lib/core/ledger";
import { createMemoryFiles } from "@/lib/testing/memory-files";
import type { WebhookMessage } from "@/lib/webhooks/sign";
import { createAudit } from "@/tests/simulation/audit";
import { type Breakage, WHOLE } from "@/tests/simulation/broken";
import { createFates, type Luck } from "@/tests/simulation/fates";
import { createInstance, type Instance } from "@/tests/simulation/instance";
import type { Version } from "@/tests/simulation/jobs";
import { createMessages } from "@/tests/simulation/messages";
import { createMirror } from "@/tests/simulation/mirror";
import { createTimeline, type Life } from "@/tests/simulation/timeline";
import { answerOf } from "@/tests/simulation/webhooks";
import { NOW } from "@/tests/support/builders";

export type World = ReturnType<typeof createWorld>;

export interface WorldDeps {
  readonly luck: Luck;
  /** An empty ledger that goes by this clock. */
  readonly openLedger: (clock: () => number) => Ledger;
  readonly breakage?: Breakage | undefined;
}

const INSTANCES = 3;
const MAX_SKEW_MS = 5_000;

/** A deployment of its own, with everything that happens to it: all chance from its luck, all time from its timeline. */
export function createWorld({ luck, openLedger, breakage = WHOLE }: WorldDeps) {
  const timeline = createTimeline();
  const fates = createFates(luck);
  const memory = createMemoryFiles();
  const effects = new Set<string>();
  const lines: string[] = [];
  const trace = (line: string) => void lines.push(`${String(timeline.now() - NOW).padStart(7)} ms  ${line}`);

  const audit = createAudit({ mirror: () => mirror, texts: memory.texts, now: timeline.now, effects });
  const mirror = createMirror(breakage.ledger(openLedger(timeline.now)), timeline.now, (write) => {
    for (const { id, was, now } of write.records) {
      if (was?.state !== now?.state) trace(`${id} is ${now?.state ?? "gone"}`);
    }
    audit.afterWrite(write);
  });
  const written = breakage.files(
    {
      write: memory.write,
      async deleteAll(prefix) {
        for (const name of memory.texts.keys()) if (name.startsWith(prefix)) memory.texts.delete(name);
      },
    },
    (act) => timeline.after(200, null, act),
  );

  const files = { ...memory, ...written };

  const instances: Instance[] = [];
  const messages = createMessages({ timeline, fates, pick, trace });
  let version: Version = "plain";
  let made = 0;
  let orders = 0;
  let notices = 0;
  /** How often each message was sent. */
  const attempts = new Map<string, number>();

  function pick(name: string): Instance {
    const at = Math.floor(fates.chance(`pick ${name}`).between(0, instances.length));
    const instance = instances[at];
    if (!instance) throw new Error("There is no instance.");
    return instance;
  }

  function begin(): Instance {
    const name = `i${++made}`;
    const skewMs = Math.round(fates.chance(`skew ${name}`).between(-MAX_SKEW_MS, MAX_SKEW_MS));
    const life: Life = { name, skewMs, isDead: false, frozenUntil: 0 };
    const shared = {
      timeline,
      fates,
      ledger: mirror.ledger,
      files,
      readRows: memory.readRows,
      publish: messages.publish,
      tell: ({ id }: { id: string }) =>
        audit.tell(
          id,
          breakage.noticeId(id, () => ++notices),
        ),
      effect: (key: string) => void effects.add(key),
      wrapStore: breakage.store,
      wrapSchedules: breakage.schedules,
      wrapWebhooks: breakage.webhooks,
      hear(url: string, { id, body }: WebhookMessage) {
        const sentAs = breakage.messageId(id, () => ++notices);
        const number = (attempts.get(id) ?? 0) + 1;
        attempts.set(id, number);
        const sent = answerOf(fates, url, id, number);
        audit.look(audit.webhooks.hear(sentAs, body, sent));
        return sent;
      },
      notice: (ids: readonly string[]) => ids.forEach(audit.webhooks.notice),
      kill,
    };
    return createInstance(shared, life, version);
  }

  function kill(life: Life): void {
    if (life.isDead) return;
    life.isDead = true;
    trace(`${life.name} is killed`);
    const at = instances.findIndex((instance) => instance.life === life);
    instances[at] = begin();
    messages.died(life);
  }

  for (let i = 0; i < INSTANCES; i += 1) instances.push(begin());

  return {
    timeline,
    fates,
    mirror,
    audit,
    files: memory.texts,
    trace,
    lines,
    pick,
    kill,
    instances: () => [...instances],
    deploy: (to: Version) => {
      version = to;
    },
    nextOrder: () => ++orders,
  };
}
