import type { Change, Ledger, Move } from "@/lib/core/ledger";
import type { DueRecord, RecordKind, RecordStore, Write } from "@/lib/core/record-store";
import { cursorAfter, parseCursor } from "@/lib/core/score-cursor";
import { DUE_RECORDS, dueMember, listPlace, parseDue, recordPlace } from "@/lib/store/records/places";
import { parseRecord, textOf, writeOf } from "@/lib/store/records/record-text";

interface Deps {
  readonly ledger: Ledger;
  /** Tells one write from any other, so that a write whose answer was lost knows itself. */
  readonly nonce: () => string;
}

/** The one record store there is, over any ledger. */
export function createRecordStore({ ledger, nonce }: Deps): RecordStore {
  const getAll: RecordStore["getAll"] = async (kind, places) => {
    const records = places.map(({ owner, id }) => ({ kind: kind.name, owner, id }));
    const entries = records.length > 0 ? await ledger.read(records.map(recordPlace)) : [];
    return records.map((record, i) => {
      const entry = entries[i];
      return entry ? parseRecord(kind, record, entry) : null;
    });
  };

  const putAll: RecordStore["putAll"] = async (kind, writes) => {
    const planned = writes.map(({ owner, id, ...write }) => plan(kind, { kind: kind.name, owner, id }, write, nonce()));
    const applied = planned.length > 0 ? await ledger.apply(planned.map(({ change }) => change)) : [];
    // What was refused may be our own write, sent again after its answer was lost.
    const refused = planned.filter((_, i) => !applied[i]);
    const found = refused.length > 0 ? await ledger.read(refused.map(({ key }) => key)) : [];
    return planned.map((write, i) => {
      const entry = found[refused.indexOf(write)];
      const isOurs = entry?.rev === write.rev && writeOf(entry) === write.nonce;
      return applied[i] || isOurs ? write.rev : null;
    });
  };

  return {
    getAll,
    putAll,

    async get(kind, place) {
      const [record] = await getAll(kind, [place]);
      return record ?? null;
    },

    async put(kind, place, write) {
      const [rev] = await putAll(kind, [{ ...place, ...write }]);
      return rev ?? null;
    },

    async delete(kind, { owner, id, rev }) {
      if (rev === 0) return false;
      const [isApplied = false] = await ledger.apply([removal(kind, { kind: kind.name, owner, id }, rev)]);
      return isApplied;
    },

    async list(kind, { owner, cursor, limit, list }) {
      const from = parseCursor(cursor);
      const set = listPlace({ kind: kind.name, owner }, list);
      const members = await ledger.range({ set, ...from, limit, reverse: true });
      const found = await getAll(
        kind,
        members.map(({ member }) => ({ owner, id: member })),
      );
      return { records: found.flatMap((record) => record ?? []), cursor: cursorAfter(members, from, limit) };
    },

    async count({ name }, { owner, list }) {
      const [size = 0] = await ledger.sizes([listPlace({ kind: name, owner }, list)]);
      return size;
    },

    async due(now, limit) {
      return (await ledger.range({ set: DUE_RECORDS, max: now, limit })).map(({ member }) => parseDue(member));
    },
  };
}

/** All that has to be written, together, to put a record. */
function plan(kind: RecordKind, record: DueRecord, write: Write<unknown>, nonce: string) {
  const { value, rev, dueAt, now, lists = [] } = write;
  const key = recordPlace(record);
  // By the time, too: a record made anew must not pass for the one that was deleted.
  const next = Math.max(rev + 1, now);
  const puts = [{ key, expect: rev, entry: { rev: next, text: textOf({ value, expiresAt: dueAt, write: nonce }) } }];
  const moves: Move[] = [{ set: DUE_RECORDS, member: dueMember(record), score: dueAt }];
  if (rev === 0) moves.push({ set: listPlace(record), member: record.id, score: now });
  for (const list of kind.lists ?? []) {
    const isIn = lists.includes(list);
    if (isIn || rev > 0) moves.push({ set: listPlace(record, list), member: record.id, score: isIn ? now : null });
  }
  return { key, rev: next, nonce, change: { puts, moves } };
}

function removal(kind: RecordKind, record: DueRecord, rev: number): Change {
  return {
    puts: [{ key: recordPlace(record), expect: rev, entry: null }],
    moves: [
      ...[undefined, ...(kind.lists ?? [])].map((list) => ({
        set: listPlace(record, list),
        member: record.id,
        score: null,
      })),
      { set: DUE_RECORDS, member: dueMember(record), score: null },
    ],
  };
}
