package io.muster.runs;

import io.muster.directory.Directory;
import java.util.List;

/** What would miss a directory that is deleted, beyond what the database knows. */
public interface DirectoryUses {

    /** Names of the uses, for a person: such as the ids of jobs. */
    List<String> of(Directory directory);
}
