import type { z } from "zod";
import type { Gate } from "@/lib/api/create-handle";
import type { DatasetReader } from "@/lib/api/dataset-reply";
import type { FileReader } from "@/lib/api/file-reply";
import type { JobDesk } from "@/lib/api/job-desk";
import type { ViewedDefinition } from "@/lib/api/job-view";
import type { readHealth } from "@/lib/contracts/health";
import type { listNotifications, readNotifications } from "@/lib/contracts/notifications";
import type { readAudit } from "@/lib/contracts/operator";
import type { QueueView } from "@/lib/contracts/queues";
import type { changeSchedule, createSchedule, ScheduleView } from "@/lib/contracts/schedules";
import type { readStatus } from "@/lib/contracts/status";
import type { TokenView } from "@/lib/contracts/tokens";
import type { FileView, UploadView } from "@/lib/contracts/uploads";
import type {
  changeWebhook,
  createWebhook,
  listDeliveries,
  listWebhooks,
  readWebhook,
  rotateWebhook,
} from "@/lib/contracts/webhooks";
import type { Bytes } from "@/lib/core/file-store";
import type { Job } from "@/lib/core/job";
import type { Log } from "@/lib/log";

type BodyOf<Contract extends { readonly body?: z.ZodType }> = z.output<NonNullable<Contract["body"]>>;

/** Recurring triggers. Another owner's are not found. */
interface Schedules {
  create(owner: string, wishes: BodyOf<typeof createSchedule>): Promise<ScheduleView>;
  read(owner: string, id: string): Promise<ScheduleView>;
  list(
    owner: string,
    page: { readonly cursor: string | null; readonly limit: number },
  ): Promise<{ readonly schedules: ScheduleView[]; readonly cursor: string | null }>;
  change(owner: string, id: string, changes: BodyOf<typeof changeSchedule>): Promise<ScheduleView>;
  pause(owner: string, id: string): Promise<ScheduleView>;
  resume(owner: string, id: string): Promise<ScheduleView>;
  remove(owner: string, id: string): Promise<void>;
  /** Makes a job now; with the same key, the same one. */
  run(owner: string, id: string, key: string | null): Promise<{ readonly job: Job; readonly isNew: boolean }>;
}

/** Files on their way, part by part. Another owner's are not found. */
interface Uploads {
  start(
    owner: string,
    wanted: {
      readonly name: string;
      readonly size: number;
      readonly type: string;
      readonly method?: UploadView["method"];
    },
  ): Promise<UploadView>;
  /** A token with which a browser may write the file itself. */
  authorise(owner: string, uploadId: string): Promise<string>;
  view(owner: string, uploadId: string): Promise<UploadView>;
  putPart(
    owner: string,
    uploadId: string,
    n: number,
    bytes: Bytes,
  ): Promise<{ readonly n: number; readonly size: number }>;
  complete(owner: string, uploadId: string): Promise<FileView>;
}

/** Files that have arrived. Another owner's are not found. */
interface UserFiles extends FileReader {
  put(owner: string, name: string, bytes: Bytes): Promise<FileView>;
}

/** Takes a session to another browser. */
interface SignInLinks {
  issue(owner: string): Promise<string>;
  /** The owner whom a link signs in; null if it was used or has ended. */
  redeem(token: string): Promise<string | null>;
}

/** The sessions of browsers. */
interface Sessions {
  /** A session for a new owner, or for the one given. */
  issue(owner?: string): Promise<{ readonly owner: string; readonly setCookie: string }>;
}

/** Makes new owners, where not everybody may become one. */
interface Invitations {
  issue(): Promise<string>;
  /** The new owner; null if it was used or has ended. */
  redeem(token: string): Promise<string | null>;
}

/** With what scripts act as their owner. */
interface ApiTokens {
  list(owner: string): Promise<TokenView[]>;
  create(owner: string, name: string): Promise<TokenView & { readonly token: string }>;
  /** False if the owner has none with this id. */
  revoke(owner: string, id: string): Promise<boolean>;
}

/** The queues of the application, for its operator. */
interface Queues {
  list(): Promise<QueueView[]>;
  /** @throws AppError `not_found` */
  pause(queue: string): Promise<QueueView>;
  /** @throws AppError `not_found` */
  resume(queue: string): Promise<QueueView>;
}

interface Operator {
  isOperator(request: Request): Promise<boolean>;
  /** The header that sets the operator's session; null if the token is wrong. */
  signIn(request: Request, token: string): Promise<string | null>;
  signOut(): string;
}

interface Audit {
  write(action: string): Promise<void>;
  list(page: { readonly cursor: string | null; readonly limit: number }): Promise<z.input<(typeof readAudit)["reply"]>>;
}

/** What owners are told. */
interface Notifications {
  list(
    owner: string,
    page: { readonly cursor: string | null; readonly limit: number; readonly isUnread: boolean | undefined },
  ): Promise<z.input<(typeof listNotifications)["reply"]>>;
  /** Answers how many are unread then. */
  read(owner: string, wish: BodyOf<typeof readNotifications>): Promise<number>;
}

/** Where owners want to be told of ends. Another owner's are not found. */
interface Webhooks {
  list(owner: string): Promise<z.input<(typeof listWebhooks)["reply"]>["webhooks"]>;
  read(owner: string, id: string): Promise<z.input<(typeof readWebhook)["reply"]>>;
  create(owner: string, wanted: BodyOf<typeof createWebhook>): Promise<z.input<(typeof createWebhook)["reply"]>>;
  update(
    owner: string,
    id: string,
    changes: BodyOf<typeof changeWebhook>,
  ): Promise<z.input<(typeof changeWebhook)["reply"]>>;
  rotate(owner: string, id: string): Promise<z.input<(typeof rotateWebhook)["reply"]>>;
  remove(owner: string, id: string): Promise<void>;
  test(owner: string, id: string): Promise<string>;
  deliveries(
    owner: string,
    id: string,
    page: { readonly cursor: string | null; readonly limit: number },
  ): Promise<z.input<(typeof listDeliveries)["reply"]>>;
}

/** What the routes need of the running application; the composition root supplies it. */
export interface Application extends Gate {
  readonly log: Log;
  readonly clock: () => number;
  /** Where the application is reached from outside. */
  readonly appUrl: string;
  readonly sessions: Sessions;
  readonly signInLinks: SignInLinks;
  readonly invitations: Invitations;
  readonly apiTokens: ApiTokens;
  readonly operator: Operator;
  readonly audit: Audit;
  readonly definitions: ReadonlyMap<string, ViewedDefinition>;
  readonly queue: JobDesk;
  readonly schedules: Schedules;
  readonly queues: Queues;
  readonly uploads: Uploads;
  readonly userFiles: UserFiles;
  readonly datasets: DatasetReader;
  readonly notifications: Notifications;
  readonly webhooks: Webhooks;
  status(): Promise<z.input<(typeof readStatus)["reply"]>>;
  /** What the doctor says of everything that is configured. Never throws. */
  health(): Promise<z.input<(typeof readHealth)["reply"]>>;
}
