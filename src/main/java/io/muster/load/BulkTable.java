package io.muster.load;

import io.muster.directory.store.ContactColumns;

/** The tables that loaders write in bulk, with their columns in the order in which rows give them. */
enum BulkTable {
    CONTACT("contact", ContactColumns.IN_BULK),
    CLAIM("claim", "directory_id, rule_id, key_hash, number"),
    CLAIM_SHADOW("claim_shadow", "directory_id, rule_id, key_hash, number, created_at"),
    CONTENT_CLAIM("content_claim", "directory_id, number, key_hash"),
    LIST_MEMBER("list_member", "directory_id, list_id, number, unsubscribed, embedded, joined_at, unsubscribed_at"),
    TRANSACTION_CLAIM("transaction_claim", "directory_id, transaction_key, number"),
    TRANSACTION(
            "contact_transaction",
            "directory_id, number, transaction_key, happened_at, as_of, source, caller_id, run_id, recorded_at,"
                    + " fields, transaction_no"),
    TOUCHPOINT_CLAIM("touchpoint_claim", "directory_id, touchpoint_key, number"),
    TOUCHPOINT(
            "touchpoint",
            "directory_id, number, touchpoint_key, happened_at, as_of, source, caller_id, run_id, recorded_at,"
                    + " channel, kind, survey, intercept, project, display, session"),
    REJECT("run_reject", "run_id, row_no, round, line_no, code, field, reason, cells");

    private final String table;
    private final String columns;

    BulkTable(String table, String columns) {
        this.table = table;
        this.columns = columns;
    }

    String table() {
        return table;
    }

    String columns() {
        return columns;
    }

    int width() {
        return columns.split(",").length;
    }
}
