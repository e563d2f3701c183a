package io.muster.app;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An import of contacts that a caller has sent.
 *
 * @param id {@code PGRS_…}
 * @param run {@code RN_…}
 * @param unprocessed indexes of contacts that have not the form of one
 * @param percent 0 to 100; 100 exactly when it is complete, and never less than was said before
 * @param added contacts that are new
 * @param updated contacts that were found, changed or not
 * @param failed contacts that were rejected, unprocessed ones among them
 * @param transactions transactions recorded; as far as it is known
 */
public record SentImportView(
        String id,
        String run,
        List<Integer> unprocessed,
        Status status,
        double percent,
        long added,
        long updated,
        long failed,
        long transactions) {

    /** How an import is. */
    public enum Status {
        /** It waits for its turn. */
        QUEUED("queued"),
        /** It is worked on, or its process was lost and another one will go on. */
        IN_PROGRESS("inProgress"),
        /** Every contact has its outcome. */
        COMPLETE("complete"),
        /** It broke off, and a person has to look at it. */
        FAILED("failed");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        /** The word for it in answers. */
        public String word() {
            return word;
        }
    }

    /**
     * What became of one contact.
     *
     * @param index its place, counted from 0
     * @param email as it was sent, while that is kept
     * @param contact {@code CID_…}
     * @param outcome added, updated, unchanged or failed
     * @param code {@code OK}, or why it failed
     * @param transaction {@code CTR_…}
     * @param lookup {@code CGC_…} of its membership in the list
     * @param joined whether it joined the list with it
     */
    public record Line(
            int index,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String contact,
            @Nullable String outcome,
            @Nullable String code,
            @Nullable String transaction,
            @Nullable String lookup,
            boolean joined) {}
}
