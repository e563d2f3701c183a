package io.muster.extract.record;

import java.nio.file.Path;

/** Opens what a run reads records from. */
@FunctionalInterface
public interface RecordSources {

    /**
     * Opens an extractor; a server is connected at the first use only.
     *
     * @param folder for files that it needs meanwhile; it exists, and is removed by others
     * @throws io.muster.support.Refusal when a secret or key of it cannot be read
     */
    RecordExtractor open(RecordSpec spec, Path folder);
}
