package io.muster.jobs.eligibility;

import io.muster.directory.store.MailingLists;
import io.muster.jobs.RunLedger;
import io.muster.segment.Segments;
import io.muster.support.Ids;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** Where runs of this kind read and write. */
public record EligibilityStores(
        RunLedger runs,
        DataSource dataSource,
        JdbcClient jdbc,
        PlatformTransactionManager transactions,
        Segments segments,
        MailingLists lists,
        JsonMapper json,
        InstantSource clock,
        Ids ids) {}
