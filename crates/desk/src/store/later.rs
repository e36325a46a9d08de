//! Tables that stand ready for what supervisors decide and for claims with a fence. Nothing writes them yet; they are
//! here so that a store made today takes those rows without a migration that touches live data.

/// Approvals (M16), overrides (M1), conflicts of two histories (center: claims).
pub(super) const V1: &str = "
CREATE TABLE approvals (
    id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES cases(id), subject INTEGER NOT NULL,
    requested_by TEXT NOT NULL, requested_at INTEGER NOT NULL,
    decided_by TEXT CHECK (decided_by IS NULL OR decided_by <> requested_by), decided_at INTEGER, granted INTEGER,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX approvals_open ON approvals(case_id) WHERE decided_at IS NULL;
CREATE TABLE overrides (
    case_id BLOB NOT NULL REFERENCES cases(id), finding INTEGER NOT NULL, approval_id BLOB NOT NULL REFERENCES approvals(id),
    reason TEXT NOT NULL, PRIMARY KEY (case_id, finding)
) STRICT, WITHOUT ROWID;
CREATE TABLE conflicts (
    id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES cases(id), fence INTEGER NOT NULL, found_at INTEGER NOT NULL,
    other TEXT NOT NULL, settled_by TEXT, settled_at INTEGER
) STRICT;
CREATE INDEX conflicts_open ON conflicts(found_at) WHERE settled_at IS NULL;
";

/// A case is looked for among them whenever it changes: they refer to it.
pub(super) const V2: &str = "
CREATE INDEX approvals_case ON approvals(case_id);
CREATE INDEX conflicts_case ON conflicts(case_id);
";
