package io.muster.jobs.fileout;

import io.muster.extract.FileSources;
import io.muster.extract.record.RecordSources;
import io.muster.jobs.RunLedger;
import io.muster.jobs.Watermarks;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where files are written from and to.
 *
 * @param records opens extractors
 * @param files opens the places that files go to
 */
public record FileOutStores(
        RunLedger runs,
        PlatformTransactionManager transactions,
        Watermarks watermarks,
        RecordSources records,
        FileSources files,
        JsonMapper json) {}
