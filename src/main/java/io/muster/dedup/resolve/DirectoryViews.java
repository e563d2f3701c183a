package io.muster.dedup.resolve;

import io.muster.dedup.rules.KeyMaker;
import java.util.OptionalInt;
import javax.sql.DataSource;

/** Opens the view of a directory that suits a file. */
public final class DirectoryViews {

    /** Looking a contact up by its keys costs about as much as streaming so many. */
    private static final long STREAMED_PER_LOOKED_UP = 4;

    /** Usually fewer rows are looked up whatever the size of the directory. */
    public static final long LEAST_ROWS = 1_000;

    private final DataSource dataSource;

    /** Views of the directories in a database. */
    public DirectoryViews(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Opens a view of one moment.
     *
     * @param directory the directory's numeric id
     * @param list the list that contacts join; 0 when it is still to be made, empty for none
     * @param keys makes keys under the directory's rules, for this view alone
     * @param rows about how many rows will be asked about
     * @param streamedFrom fewer rows are looked up
     * @param memory where digests and claims are kept
     */
    public DirectoryView open(
            int directory, OptionalInt list, KeyMaker keys, long rows, long streamedFrom, KeyMemory memory) {
        SnapshotReader reader = new SnapshotReader(dataSource, directory, list.orElse(0));
        long contacts = reader.greatestNumber();
        if (contacts == 0 && !reader.hasClaims()) {
            reader.close();
            return new EmptyView();
        }

        return rows >= streamedFrom && contacts <= rows * STREAMED_PER_LOOKED_UP
                ? new StreamedView(reader, keys, list.isPresent(), memory)
                : new LookupView(reader, keys, list.isPresent(), rows >= streamedFrom);
    }
}
