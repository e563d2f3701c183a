package io.muster.jobs.contactimport;

import io.muster.dedup.resolve.DirectoryViews;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.jobs.Deliveries;
import io.muster.jobs.ImportDrafts;
import io.muster.jobs.RunLedger;
import io.muster.jobs.RunsOfFile;
import io.muster.jobs.SentImports;
import io.muster.jobs.Watermarks;
import io.muster.load.EventSources;
import io.muster.load.Rejects;
import io.muster.support.Ids;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Where an import reads and writes.
 *
 * @param bulk connections that may load in bulk
 */
public record ImportStores(
        JdbcClient jdbc,
        TransactionTemplate transactions,
        DataSource dataSource,
        DataSource bulk,
        RunLedger runs,
        Deliveries deliveries,
        EmbeddedNames names,
        MailingLists lists,
        InstantSource clock,
        Ids ids) {

    /** Runs of the same file. */
    public RunsOfFile ofFile() {
        return new RunsOfFile(jdbc, runs);
    }

    Watermarks watermarks() {
        return new Watermarks(jdbc);
    }

    SurveyLedger surveys() {
        return new SurveyLedger(jdbc, transactions);
    }

    Rejects rejects() {
        return new Rejects(jdbc);
    }

    /** What callers have sent. */
    public SentImports sent() {
        return new SentImports(jdbc, clock);
    }

    /** What people prepare. */
    public ImportDrafts drafts() {
        return new ImportDrafts(jdbc, clock, ids);
    }

    EventSources eventSources() {
        return new EventSources(jdbc, clock);
    }

    DirectoryViews views() {
        return new DirectoryViews(dataSource);
    }
}
