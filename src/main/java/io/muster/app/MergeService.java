package io.muster.app;

import io.muster.app.MergeViews.Explained;
import io.muster.app.MergeViews.Preview;
import io.muster.app.MergeViews.Recorded;
import io.muster.dedup.merge.Duplicates;
import io.muster.dedup.merge.MergeScope;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contacts that are the same person, and the merges that were made of them. */
public final class MergeService {

    private final Directories directories;
    private final Duplicates duplicates;
    private final Ids ids;

    MergeService(Directories directories, Duplicates duplicates, Ids ids) {
        this.directories = directories;
        this.duplicates = duplicates;
        this.ids = ids;
    }

    /**
     * What a merge would do now.
     *
     * @param most how many groups of each kind are shown, from 0; all are counted
     */
    public Preview preview(String directory, MergeScope scope, int most) {
        if (most < 0) {
            throw Refusal.invalid(
                    "PAGE_SIZE", "Cannot show %d groups: that is less than none. Ask for 0 or more.".formatted(most));
        }

        Directory found = directories.find(directory);
        return Preview.of(ids, found, duplicates.preview(found.number(), scope, most));
    }

    /**
     * Merges of a directory, newest first.
     *
     * @param after id of the last merge of the page before; null for the first page
     */
    public Page<Recorded> list(String directory, @Nullable String after, int most) {
        Directory found = directories.find(directory);
        long end = after == null ? Long.MAX_VALUE : number(after);
        List<Recorded> read = duplicates.list(found.number(), end, most + 1).stream()
                .map(merge -> Recorded.of(ids, merge))
                .toList();
        return Page.of(read, most, Recorded::merge);
    }

    /** What connected the contacts of a merge and what they were before. */
    public Explained show(String merge) {
        return Explained.of(ids, duplicates.show(number(merge)));
    }

    /**
     * The same of a merge of one directory.
     *
     * @throws Refusal when the directory has no such merge
     */
    public Explained show(String directory, String merge) {
        int of = directories.find(directory).number();
        long id = number(merge);
        Duplicates.Explanation found = duplicates.show(id);
        if (found.merge().directory() != of) {
            throw Refusal.notFound(
                    "UNKNOWN_MERGE", "Cannot find the merge '" + merge + "': the directory has no such merge.");
        }

        return Explained.of(ids, found);
    }

    /** What taking a merge back would do now; nothing is changed. */
    public MergeViews.Undoing previewUndo(String merge) {
        return MergeViews.Undoing.of(ids, duplicates.previewUndo(number(merge)));
    }

    /** Takes a merge back; doing it again answers the same and changes nothing. */
    public Recorded undo(Actor actor, String merge) {
        return Recorded.of(ids, duplicates.undo(number(merge), actor));
    }

    private long number(String merge) {
        String id = merge.strip();
        return ids.read(PublicId.MERGE, id)
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_MERGE",
                        "Cannot find the merge '%s': that is %s. Use an id that begins with MG_."
                                .formatted(
                                        merge,
                                        ids.isOfAnotherInstallation(id)
                                                ? "an id of another installation"
                                                : "no id of a merge")));
    }
}
