package io.muster.jobs.merge;

import io.muster.jobs.FencedTransactions;
import io.muster.jobs.RunLease;
import io.muster.jobs.RunLedger;
import io.muster.support.Ids;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** Where merges and re-keys read and write. */
public record UpkeepStores(
        JdbcClient jdbc,
        DataSource dataSource,
        PlatformTransactionManager transactions,
        RunLedger runs,
        JsonMapper json,
        InstantSource clock,
        Ids ids) {

    /** Transactions that another process which has taken the run over makes impossible. */
    PlatformTransactionManager fenced(RunLease lease) {
        return new FencedTransactions(transactions, runs, lease);
    }

    /** What the run has reported so far. */
    <T> Optional<T> report(RunLease lease, Class<T> type) {
        return runs.find(lease.run().number())
                .flatMap(run -> Optional.ofNullable(run.report()))
                .map(report -> json.readValue(report, type));
    }

    void report(RunLease lease, Object report) {
        runs.report(lease.run().number(), lease.epoch(), json.writeValueAsString(report));
    }
}
