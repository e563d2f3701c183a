package io.muster.load;

import java.util.List;

/** The dated records that hang on a contact and accumulate. Each has a key that is recorded once in a directory. */
public enum EventKind {
    /** Something the contact did. */
    TRANSACTION("transaction", BulkTable.TRANSACTION_CLAIM, BulkTable.TRANSACTION, List.of("fields")),
    /** A contact made with the person. */
    TOUCHPOINT(
            "touchpoint",
            BulkTable.TOUCHPOINT_CLAIM,
            BulkTable.TOUCHPOINT,
            List.of("channel", "kind", "survey", "intercept", "project", "display", "session"));

    /** The column of the number that a transaction has in its directory. */
    static final String NUMBER_COLUMN = "transaction_no";

    private final String word;
    private final BulkTable claims;
    private final BulkTable rows;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> valueColumns;

    EventKind(String word, BulkTable claims, BulkTable rows, List<String> valueColumns) {
        this.word = word;
        this.claims = claims;
        this.rows = rows;
        this.valueColumns = valueColumns;
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
        return word + "_key";
    }

    /** The columns of what one says beside its date. */
    public List<String> valueColumns() {
        return valueColumns;
    }

    /** Whether each has a number of its own in the directory. */
    boolean isNumbered() {
        return this == TRANSACTION;
    }
}
