import type { Change, Ledger, Move } from "@/lib/core/ledger";
import type { DueRecord, RecordStore } from "@/lib/core/record-store";
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
  return {
    async get(kind, { owner, id }) {
      const record = { kind: kind.name, owner, id };
      const [entry] = await ledger.read([recordPlace(record)]);
      return entry ? parseRecord(kind, record, entry) : null;
    },

    async put({ name }, { owner, id }, { value, rev, dueAt, now }) {
      const record = { kind: name, owner, id };
      const key = recordPlace(record);
      const write = nonce();
      // By the time, too: a record made anew must not pass for the one that was deleted.
      const next = Math.max(rev + 1, now);
      const puts = [{ key, expect: rev, entry: { rev: next, text: textOf({ value, expiresAt: dueAt, write }) } }];
      const moves: Move[] = [{ set: DUE_RECORDS, member: dueMember(record), score: dueAt }];
      if (rev === 0) moves.push({ set: listPlace(record), member: id, score: now });

      const [isApplied] = await ledger.apply([{ puts, moves }]);
      if (isApplied) return next;
      const [entry] = await ledger.read([key]);
      return entry?.rev === next && writeOf(entry) === write ? next : null;
    },

    async delete({ name }, { owner, id, rev }) {
      if (rev === 0) return false;
      const [isApplied = false] = await ledger.apply([removal({ kind: name, owner, id }, rev)]);
      return isApplied;
    },

    async list(kind, { owner, cursor, limit }) {
      const from = parseCursor(cursor);
      const set = listPlace({ kind: kind.name, owner });
      const members = await ledger.range({ set, ...from, limit, reverse: true });
      const places = members.map(({ member }) => ({ kind: kind.name, owner, id: member }));
      const entries = places.length > 0 ? await ledger.read(places.map(recordPlace)) : [];
      const records = places.flatMap((place, i) => {
        const entry = entries[i];
        return entry ? parseRecord(kind, place, entry) : [];
      });
      return { records, cursor: cursorAfter(members, from, limit) };
    },

    async due(now, limit) {
      return (await ledger.range({ set: DUE_RECORDS, max: now, limit })).map(({ member }) => parseDue(member));
    },
  };
}

function removal(record: DueRecord, rev: number): Change {
  return {
    puts: [{ key: recordPlace(record), expect: rev, entry: null }],
    moves: [
      { set: listPlace(record), member: record.id, score: null },
      { set: DUE_RECORDS, member: dueMember(record), score: null },
    ],
  };
}
