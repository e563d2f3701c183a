package io.muster.load;

/** The dated records that hang on a contact and accumulate. Each has a key that is recorded once in a directory. */
public enum EventKind {
    /** Something the contact did. */
    TRANSACTION("transaction", BulkTable.TRANSACTION_CLAIM, BulkTable.TRANSACTION, "transaction_key"),
    /** A contact made with the person. */
    TOUCHPOINT("touchpoint", BulkTable.TOUCHPOINT_CLAIM, BulkTable.TOUCHPOINT, "touchpoint_key");

    private final String word;
    private final BulkTable claims;
    private final BulkTable rows;
    private final String column;

    EventKind(String word, BulkTable claims, BulkTable rows, String column) {
        this.word = word;
        this.claims = claims;
        this.rows = rows;
        this.column = column;
    }

    /** What stands for the kind in keys for all time. */
    public String word() {
        return word;
    }

    BulkTable claims() {
        return claims;
    }

    BulkTable rows() {
        return rows;
    }

    /** The table that knows every key of the directory, whoever holds it. */
    public String claimTable() {
        return claims.table();
    }

    /** The table of the records themselves. */
    public String table() {
        return rows.table();
    }

    /** The key's column in both tables. */
    public String keyColumn() {
        return column;
    }
}
