package io.muster.directory;

import io.muster.database.TestDatabase;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.support.Ids;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes what tests need beside the stores: contacts, members, aliases, as an import leaves them. */
public final class DirectoryRows {

    /** The moment of everything written. */
    public static final Instant NOW = Instant.parse("2026-11-22T08:15:30Z");

    private final TestDatabase database;

    /** Writes into that database. */
    public DirectoryRows(TestDatabase database) {
        this.database = database;
    }

    /** Always {@link #NOW}. */
    public InstantSource clock() {
        return InstantSource.fixed(NOW);
    }

    /** The database. */
    public JdbcClient jdbc() {
        return database.jdbc();
    }

    /** Public ids with the seed of the database. */
    public Ids ids() {
        return database.ids();
    }

    /** Transactions on the database. */
    public TransactionTemplate transactions() {
        return new TransactionTemplate(database.transactions());
    }

    /** The store of directories. */
    public Directories directories() {
        return new Directories(jdbc(), transactions(), clock(), database.ids());
    }

    /** Writes a contact. */
    public void contact(
            int directory,
            long number,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String extRef,
            @Nullable String embedded) {
        jdbc().sql("""
            INSERT INTO contact (directory_id, number, first_name, last_name, email, phone, ext_ref,
              language, unsubscribed, embedded, created_at, modified_at, version)
            VALUES (?, ?, ?, ?, ?, ?, ?, NULL, 0, ?, ?, ?, 1)
            """)
                .param(directory)
                .param(number)
                .param(firstName)
                .param(lastName)
                .param(email)
                .param(phone)
                .param(extRef)
                .param(embedded)
                .param(NOW.toEpochMilli())
                .param(NOW.toEpochMilli() + 1)
                .update();
        jdbc().sql("UPDATE directory SET next_number = GREATEST(next_number, ?) WHERE id = ?")
                .params(number + 1, directory)
                .update();
    }

    /** Puts a contact on a list. */
    public void member(int directory, int list, long number, int unsubscribed) {
        jdbc().sql(
                        "INSERT INTO list_member (directory_id, list_id, number, unsubscribed, embedded, joined_at) VALUES (?, ?, ?, ?, NULL, 0)")
                .params(directory, list, number, unsubscribed)
                .update();
    }

    /** Gives a contact an alias. */
    public void alias(int directory, long number, String reference, long createdAt) {
        jdbc().sql("INSERT INTO contact_alias VALUES (?, ?, ?, ?, 0, ?)")
                .params(directory, number, EmbeddedNames.key(reference), reference, createdAt)
                .update();
    }
}
