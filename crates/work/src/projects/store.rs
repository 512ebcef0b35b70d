//! Rows of projects.

store::statements! {
    tenant INSERT = "INSERT INTO projects
        (workspace_id, id, key, name, description, lead_id, next_number, version, created_by, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7, $8, $8)";
    tenant FIND = "SELECT id, key, name, description, lead_id, archived_at, version, created_at, updated_at
        FROM projects WHERE workspace_id = $1 AND id = $2";
    tenant BY_KEY = "SELECT id, key, name, description, lead_id, archived_at, version, created_at, updated_at
        FROM projects WHERE workspace_id = $1 AND key = $2";
    tenant PAGE = "SELECT id, key, name, description, lead_id, archived_at, version, created_at, updated_at
        FROM projects WHERE workspace_id = $1 AND key > $2
        AND (($4 AND archived_at IS NULL) OR ($5 AND archived_at IS NOT NULL))
        ORDER BY key LIMIT $3";
    tenant COUNT = "SELECT count(*) FROM projects WHERE workspace_id = $1";
    tenant CHANGE = "UPDATE projects
        SET name = $3, description = $4, lead_id = $5, version = version + 1, updated_at = $7,
            archived_at = CASE WHEN $6 THEN COALESCE(archived_at, $7) END
        WHERE workspace_id = $1 AND id = $2";
    tenant DELETE = "DELETE FROM projects WHERE workspace_id = $1 AND id = $2";
    /// The next `$3` numbers of a project are the caller's: gives the one behind them.
    tenant NUMBERS = "UPDATE projects SET next_number = next_number + $3
        WHERE workspace_id = $1 AND id = $2 RETURNING next_number";
}
