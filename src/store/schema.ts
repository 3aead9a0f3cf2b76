/** The case file's one place of SQL definitions; docs/case-schema.md explains every column. */

/** `INQS`, at byte 68 of the SQLite header. */
export const APPLICATION_ID = 0x494e_5153;
/** Raised with every change a reader of the previous version would misread; also `PRAGMA user_version`. */
export const SCHEMA_VERSION = 2;
/** Big pages: rows are appended in order and read in runs. */
export const PAGE_SIZE = 16_384;

export const CODEC_NONE = 0;
export const CODEC_BROTLI = 1;

export const TABLES = `
CREATE TABLE case_info (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE bundles (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT, bytes INTEGER NOT NULL, layout TEXT NOT NULL, collected_at INTEGER
) STRICT;

CREATE TABLE entries (
  id INTEGER PRIMARY KEY, bundle INTEGER NOT NULL REFERENCES bundles(id), path TEXT NOT NULL, sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL, modified_at INTEGER, parser TEXT, skipped TEXT,
  lines INTEGER NOT NULL, events INTEGER NOT NULL, continuations INTEGER NOT NULL, unparsed INTEGER NOT NULL
) STRICT;

CREATE TABLE sources (
  id INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES entries(id), host TEXT, node TEXT, component TEXT NOT NULL,
  pod TEXT, container TEXT, generation TEXT NOT NULL, from_time INTEGER, to_time INTEGER, first_time INTEGER
) STRICT;

CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;

CREATE TABLE levels (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;

CREATE TABLE events (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, line INTEGER NOT NULL, offset INTEGER NOT NULL, time INTEGER,
  level INTEGER NOT NULL, message INTEGER NOT NULL
) STRICT;

CREATE TABLE blocks (
  id INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES entries(id), offset INTEGER NOT NULL, bytes INTEGER NOT NULL,
  first_line INTEGER NOT NULL, line_count INTEGER NOT NULL, first_event INTEGER, event_count INTEGER NOT NULL,
  min_time INTEGER, max_time INTEGER, max_level INTEGER NOT NULL, carried TEXT, timeless INTEGER NOT NULL
) STRICT;
CREATE INDEX blocks_by_place ON blocks (entry, offset);

CREATE TABLE block_data (block INTEGER PRIMARY KEY REFERENCES blocks(id), codec INTEGER NOT NULL, data BLOB NOT NULL) STRICT;

CREATE TABLE cited_texts (
  entry INTEGER NOT NULL, offset INTEGER NOT NULL, line INTEGER, text TEXT NOT NULL, PRIMARY KEY (entry, offset)
) STRICT, WITHOUT ROWID;

CREATE TABLE densities (
  source INTEGER NOT NULL, start INTEGER NOT NULL, width INTEGER NOT NULL,
  total INTEGER NOT NULL, warnings INTEGER NOT NULL, errors INTEGER NOT NULL, PRIMARY KEY (source, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, at INTEGER, meaning TEXT NOT NULL, source INTEGER NOT NULL, entry INTEGER NOT NULL,
  line INTEGER, offset INTEGER NOT NULL, length INTEGER NOT NULL, data TEXT NOT NULL
) STRICT;

CREATE TABLE diagnostics (
  id INTEGER PRIMARY KEY, code TEXT NOT NULL, entry INTEGER, path TEXT NOT NULL, line INTEGER, offset INTEGER,
  detail TEXT NOT NULL, count INTEGER NOT NULL
) STRICT;

CREATE TABLE findings (
  id TEXT PRIMARY KEY, position INTEGER NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL, title TEXT NOT NULL,
  summary TEXT NOT NULL, nodes TEXT NOT NULL, start_time INTEGER, end_time INTEGER
) STRICT;
CREATE TABLE causes (finding TEXT NOT NULL, cause TEXT NOT NULL, lag INTEGER, why TEXT NOT NULL) STRICT;
CREATE TABLE evidence (
  finding TEXT NOT NULL, position INTEGER NOT NULL, speaks TEXT NOT NULL, entry INTEGER NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
  line INTEGER, offset INTEGER NOT NULL, length INTEGER NOT NULL, at INTEGER, why TEXT NOT NULL, text TEXT,
  PRIMARY KEY (finding, speaks, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE remediations (
  finding TEXT NOT NULL, position INTEGER NOT NULL, step TEXT NOT NULL, command TEXT, risk TEXT NOT NULL, risk_note TEXT,
  PRIMARY KEY (finding, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE undecided (rule TEXT NOT NULL, because TEXT NOT NULL, nodes TEXT NOT NULL) STRICT;

CREATE TABLE clock (
  node TEXT NOT NULL, segment INTEGER NOT NULL, reference INTEGER NOT NULL, since INTEGER, offset INTEGER NOT NULL,
  low INTEGER, high INTEGER, basis TEXT NOT NULL, PRIMARY KEY (node, segment)
) STRICT, WITHOUT ROWID;
CREATE TABLE members (
  position INTEGER PRIMARY KEY, id TEXT, cluster TEXT, name TEXT NOT NULL, node TEXT, version TEXT,
  peer_urls TEXT NOT NULL, client_urls TEXT NOT NULL, removed_at INTEGER
) STRICT;
CREATE TABLE aliases (member INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL, why TEXT) STRICT;
CREATE TABLE leadership (
  cluster TEXT, raft_term INTEGER NOT NULL, leader TEXT, name TEXT NOT NULL, from_time INTEGER, to_time INTEGER, end_reason TEXT
) STRICT;
CREATE TABLE roles (
  member TEXT NOT NULL, node TEXT, role TEXT NOT NULL, raft_term INTEGER, from_time INTEGER NOT NULL, to_time INTEGER
) STRICT;
CREATE TABLE derived (
  position INTEGER PRIMARY KEY, type TEXT NOT NULL, from_time INTEGER, to_time INTEGER, nodes TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE TABLE documents (name TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
  id INTEGER PRIMARY KEY, entry INTEGER, line INTEGER, offset INTEGER, at INTEGER, tag TEXT, text TEXT NOT NULL, created INTEGER NOT NULL
) STRICT;
`;

/** RFC 3339 in UTC with six decimals of an expression in microseconds; NULL stays NULL. */
function rfc3339(micros: string): string {
  const rest = `(((${micros}) % 1000000 + 1000000) % 1000000)`;
  return `strftime('%Y-%m-%dT%H:%M:%S', ((${micros}) - ${rest}) / 1000000, 'unixepoch') || printf('.%06dZ', ${rest})`;
}

/** A written time minus what the node's clock ran ahead then; the first segment also holds before it begins. */
function corrected(time: string): string {
  return `${time} - coalesce(
    (SELECT c.offset FROM clock c WHERE c.node = s.node AND (c.since IS NULL OR c.since <= ${time}) ORDER BY c.segment DESC LIMIT 1),
    (SELECT c.offset FROM clock c WHERE c.node = s.node ORDER BY c.segment LIMIT 1), 0)`;
}

/** Made once facts are first read: rows go in faster without them, and one sort is cheaper than a million insertions. */
export const FACT_INDEXES = `
CREATE INDEX IF NOT EXISTS facts_by_type ON facts (type, at);
`;

export const VIEWS = `
CREATE VIEW timeline AS
SELECT event, ${rfc3339('corrected_micros')} AS at, ${rfc3339('time')} AS written, corrected_micros, node, component, level, message, path, line, offset, entry
FROM (
  SELECT e.id AS event, e.time AS time, ${corrected('e.time')} AS corrected_micros, s.node AS node, s.component AS component,
    l.name AS level, m.text AS message, n.path AS path, e.line AS line, e.offset AS offset, s.entry AS entry
  FROM events e
  JOIN sources s ON s.id = e.source
  JOIN entries n ON n.id = s.entry
  LEFT JOIN levels l ON l.id = e.level
  LEFT JOIN messages m ON m.id = e.message
);

CREATE VIEW fact_list AS
SELECT fact, ${rfc3339('corrected_micros')} AS at, ${rfc3339('time')} AS written, corrected_micros, type, meaning, node, component, data, path, line, offset, entry
FROM (
  SELECT f.id AS fact, f.at AS time, ${corrected('f.at')} AS corrected_micros, f.type AS type, f.meaning AS meaning, s.node AS node,
    s.component AS component, f.data AS data, n.path AS path, f.line AS line, f.offset AS offset, f.entry AS entry
  FROM facts f
  JOIN entries n ON n.id = f.entry
  LEFT JOIN sources s ON s.id = f.source
);
`;

/** Tables the analysis fills, emptied before it is stored again. */
export const ANALYSIS_TABLES = [
  'findings',
  'causes',
  'evidence',
  'remediations',
  'undecided',
  'clock',
  'members',
  'aliases',
  'leadership',
  'roles',
  'derived',
  'documents',
] as const;
