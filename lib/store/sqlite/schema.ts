/**
 * Members are kept twice: by name, to move them, and by score, to read them in order. Sizes are counted anew after each
 * start: a version that knows nothing of them may have moved members since.
 */
export const SCHEMA = /* sql */ `
  CREATE TABLE IF NOT EXISTS documents (
    key TEXT PRIMARY KEY, rev INTEGER NOT NULL, text TEXT NOT NULL, expiresAt INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS documents_expiring ON documents (expiresAt) WHERE expiresAt IS NOT NULL;
  CREATE TABLE IF NOT EXISTS members (
    name TEXT NOT NULL, member TEXT NOT NULL, score REAL NOT NULL, PRIMARY KEY (name, member)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS members_in_order ON members (name, score, member);
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sizes (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  DELETE FROM sizes;
`;
