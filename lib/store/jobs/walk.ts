import { type Job, JobId } from "@/lib/core/job";
import type { JobSource, WalkCursor, WalkedPage, WalkPage } from "@/lib/core/job-walk";
import type { Ledger, Scored } from "@/lib/core/ledger";
import { failuresPlace, ownerPlace, parseFailure, readyPlace } from "@/lib/store/jobs/places";

type ReadJobs = (ids: readonly JobId[]) => Promise<readonly Job[]>;

/** Of failures so many are looked at for those of one kind: their members tell, no record is read for it. */
const LOOK_FOR_KIND = 500;

/** Goes through a set from the highest score down, ties by member, also while it loses what was looked at. */
export function createWalk(ledger: Pick<Ledger, "range">, readJobs: ReadJobs) {
  return async function walk(source: JobSource, { cursor, limit, upTo }: WalkPage): Promise<WalkedPage> {
    const isOfKind = source.kind === "failed" && source.fingerprint !== undefined;
    const look = 1 + (isOfKind ? Math.max(limit, LOOK_FOR_KIND) : limit);
    const max = cursor?.score ?? upTo;
    const read = (offset: number) => ledger.range({ set: placeOf(source), max, offset, limit: look, reverse: true });
    // The one before the first that is new should be known. If it is not, some of those known have left, and
    // others stand where they stood.
    let offset = Math.max(0, (cursor?.offset ?? 0) - 1);
    let members = await read(offset);
    if (cursor && offset > 0 && !isKnown(members[0], cursor)) {
      const isKnownAt = async (at: number) =>
        isKnown((await ledger.range({ set: placeOf(source), max, offset: at, limit: 1, reverse: true }))[0], cursor);
      offset = await comeBack(isKnownAt, offset, limit);
      members = await read(offset);
    }
    const wanted = members.flatMap((member, at) => {
      return cursor && isKnown(member, cursor) ? [] : idOf(source, member).map((id) => ({ id, at }));
    });
    const taken = wanted.slice(0, limit);
    const jobs = await readJobs(taken.map(({ id }) => id));
    const isCut = wanted.length > limit;
    if (!isCut && members.length < look) return { jobs, cursor: null };
    const looked = isCut ? members.slice(0, (taken.at(-1)?.at ?? 0) + 1) : members;
    return { jobs, cursor: cursorBehind(looked, { max, offset }) };
  };
}

/**
 * Back from `to`, where nobody is known, to a place that has the first new one among the next `limit`. In steps that
 * double and then halve: a cursor comes from outside, and its offset may be anything.
 */
async function comeBack(isKnownAt: (at: number) => Promise<boolean>, to: number, limit: number): Promise<number> {
  let known = Math.max(0, to - limit);
  let unknown = to;
  for (let step = 2 * limit; known > 0 && !(await isKnownAt(known)); step *= 2) {
    unknown = known;
    known = Math.max(0, known - step);
  }
  while (unknown - known > limit) {
    const middle = Math.floor((known + unknown) / 2);
    if (await isKnownAt(middle)) known = middle;
    else unknown = middle;
  }
  return known;
}

function isKnown(member: Scored | undefined, cursor: WalkCursor): boolean {
  if (!member) return false;
  return member.score > cursor.score || (member.score === cursor.score && member.member >= cursor.member);
}

/** Where to go on behind a page that was read downwards from `max`; null if it was empty. */
export function cursorBehind(members: readonly Scored[], { max, offset }: { max: number | undefined; offset: number }) {
  const last = members.at(-1);
  if (!last) return null;
  const alike = members.filter(({ score }) => score === last.score).length;
  return { ...last, offset: last.score === max ? offset + alike : alike };
}

function placeOf(source: JobSource): string {
  switch (source.kind) {
    case "owner":
      return ownerPlace(source.owner);
    case "failed":
      return failuresPlace(source.owner);
    case "queue":
      return readyPlace(source.queue);
  }
}

function idOf(source: JobSource, { member }: Scored): JobId[] {
  if (source.kind !== "failed") return [JobId.parse(member)];
  const { fingerprint, id } = parseFailure(member);
  return source.fingerprint === undefined || source.fingerprint === fingerprint ? [id] : [];
}
